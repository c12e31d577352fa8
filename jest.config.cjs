/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
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
  // npm run coverage: the floors of what it reaches, in percent
  collectCoverageFrom: ['lib/**/*.ts', 'emulator/src/**/*.ts', '!**/index.ts'],
  coverageProvider: 'babel',
  coverageThreshold: {
    './lib/': { branches: 97, statements: 99 },
    './emulator/src/': { branches: 92, statements: 98 },
  },
};
