'use strict';

const objects = new Map();

module.exports = {
  getObjectField: async (key, field) => objects.get(key)?.[field] ?? null,
  setObjectField: async (key, field, value) => {
    objects.set(key, { ...objects.get(key), [field]: value });
  },
};
