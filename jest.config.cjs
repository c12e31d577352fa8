const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Two more than there are cores (jest's own default is one less): half of the time a test waits for a timer or a
  // socket.
  maxWorkers: availableParallelism() + 2,
  testSequencer: '<rootDir>/test/support/slow-first.cjs',
  // Only against waiting for ever. How long a test takes says more about the machine than about the code.
  testTimeout: 120_000,
  // Sources, too: they are watched, and counted if no test reaches them.
  roots: ['test', 'docs/examples', 'lib', 'emulator/src', 'doctor/src'].map(
    (folder) => `<rootDir>/${folder}`,
  ),
  testMatch: ['**/*.test.ts'],
  // npm run test:package
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/package/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript', decorators: true } } },
    ],
  },
  moduleNameMapper: {
    '^passport-wechat-oauth2$': '<rootDir>/lib/index.ts',
    '^wechat-login-emulator$': '<rootDir>/emulator/src/index.ts',
    '^wechat-login-doctor$': '<rootDir>/doctor/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: [
    '<rootDir>/dist',
    '<rootDir>/emulator/dist',
    '<rootDir>/doctor/dist',
    '<rootDir>/.stryker-tmp',
  ],
  // npm run coverage: the floors of what it reaches, in percent. The command line is tested in processes of its own.
  collectCoverageFrom: ['lib/**/*.ts', 'emulator/src/**/*.ts', '!**/index.ts', '!**/cli*.ts'],
  coverageProvider: 'babel',
  coverageThreshold: {
    './lib/': { branches: 97, statements: 99 },
    './emulator/src/': { branches: 92, statements: 98 },
  },
};
