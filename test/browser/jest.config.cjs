const base = require('../../jest.config.cjs');

// npm run test:browsers: the browser tests in the engines that `npm test` leaves out.
process.env.ENGINES ??= 'Firefox,WebKit';
process.env.TEST_MATRIX = 'whole';

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/browser'],
  // Their tests are of Chromium only, and run in `npm test`.
  testPathIgnorePatterns: [
    '/node_modules/',
    '/test/browser/(emulator-live|example-pages|example-pictures)\\.test\\.ts$',
  ],
};
