const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Two more than there are cores (jest's own default is one less): half of the time a test waits for a timer or a socket.
  maxWorkers: availableParallelism() + 2,
  testSequencer: '<rootDir>/test/support/slow-first.cjs',
  // Only against waiting for ever. How long a test takes says more about the machine than about the code.
  testTimeout: 120_000,
  roots: ['<rootDir>/test', '<rootDir>/docs/examples'],
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
  collectCoverageFrom: ['lib/**/*.ts', '!lib/index.ts'],
  // npm run coverage
  coverageProvider: 'babel',
  coverageThreshold: { global: { branches: 95, statements: 99 } },
};
