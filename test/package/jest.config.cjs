// Apart from the other tests, as these build, pack and install.
/** @type {import('jest').Config} */
module.exports = {
  ...require('../../jest.config.cjs'),
  rootDir: '../..',
  roots: ['<rootDir>/test/package'],
  globalSetup: '<rootDir>/test/package/pack.ts',
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
};
