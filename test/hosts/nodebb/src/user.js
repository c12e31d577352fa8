'use strict';

const users = new Map();

module.exports = {
  create: async ({ username }) => {
    // NodeBB's own rule.
    if (!/^['" \-+.*[\]0-9\u00BF-\u1FFF\u2C00-\uD7FF\w]+$/.test(username)) {
      throw new Error(`[[error:invalid-username, ${username}]]`);
    }
    const uid = users.size + 1;
    users.set(uid, { uid, username });
    return uid;
  },
  setUserField: async (uid, field, value) => {
    users.get(uid)[field] = value;
  },
  getUserData: async (uid) => users.get(uid),
};
