// Mutation testing of lib/: npm run mutation. The report is reports/mutation/mutation.html.
// Left out are tests that take long and find no mutant that the others do not.
const SLOW = [
  'load',
  'connections',
  'leaks',
  'property',
  'property-replies',
  'proxy',
  'faults',
  'faults-network',
  'errcodes',
  'security',
];

export default {
  testRunner: 'jest',
  jest: {
    configFile: 'jest.config.cjs',
    config: {
      roots: ['<rootDir>/test'],
      testMatch: ['**/test/{strategy,unit}/**/*.test.ts', ...SLOW.map((name) => `!**/${name}.test.ts`)],
      testTimeout: 15_000,
    },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  // Tables and messages that are made when a module is loaded: every one of these would need all of the tests.
  ignoreStatic: true,
  mutate: ['lib/**/*.ts', '!lib/index.ts'],
  ignorePatterns: ['docs/images', 'bench', 'examples', 'reports', 'coverage', 'dist', 'test/**/*.png'],
  concurrency: 2,
  dryRunTimeoutMinutes: 15,
  timeoutMS: 10_000,
  reporters: ['progress', 'clear-text', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, reportScoreTable: true, allowColor: false },
  htmlReporter: { fileName: 'reports/mutation/mutation.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  thresholds: { high: 90, low: 85, break: 85 },
};
