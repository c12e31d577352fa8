import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

// Modules at the root of lib/, as a folder of it names them.
const ROOT = ['strategy', 'profile', 'client', 'options', 'errors', 'platform', 'leave-frame', 'index'].map(
  (name) => `../${name}.js`,
);
const NOT_PASSPORT = { regex: '^(passport|passport-oauth2)$', allowTypeImports: true };
// Node's http and axios are for lib/api.
const NOT_HTTP = { regex: '^(node:)?(http|https|tls|net)$|^axios$', allowTypeImports: true };
const OUTSIDE = ['**/emulator/**', '**/doctor/**', '**/examples/**', '**/test/**', 'wechat-login-emulator'];

/** What the modules of each folder must not import. */
function folders(rules) {
  return Object.entries(rules).map(([folder, forbidden]) => ({
    files: [folder.endsWith('.ts') ? folder : `${folder}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: OUTSIDE },
            ...forbidden.map((rule) => (typeof rule === 'string' ? { group: [rule] } : rule)),
          ].map((rule) => ({ ...rule, message: 'See "Who may import whom" in docs/architecture.md.' })),
        },
      ],
    },
  }));
}

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      'coverage/**',
      'reports/**',
      '.stryker-tmp/**',
      'test/package/consumers/**',
      'emulator/public/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['lib/**/*.ts', 'emulator/src/**/*.ts', 'doctor/src/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'max-lines': ['error', 350],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Whatever a store or a verify function of the app gives as its error goes on to Passport as it is.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // One overload for each form of a function is what lets TypeScript infer its parameters.
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    // Passport runs a strategy on Object.create(strategy): an ES #private member throws there, and an arrow
    // member loses the actions that Passport puts on the derived object.
    files: ['lib/strategy.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'PrivateIdentifier',
          message: 'Passport calls strategies on derived objects: no #private.',
        },
        {
          selector: 'PropertyDefinition > ArrowFunctionExpression',
          message: 'Passport calls strategies on derived objects: use a prototype method.',
        },
      ],
    },
  },
  // Who may import whom in lib/. At its root stands what a user imports; the folders are how it works.
  ...folders({
    'lib/*.ts': [],
    'lib/login': [
      '../strategy.js',
      '../client.js',
      '../index.js',
      '../leave-frame.js',
      NOT_PASSPORT,
      NOT_HTTP,
    ],
    'lib/state': [
      ...ROOT.filter((file) => file !== '../platform.js'),
      '../api/**',
      '../login/**',
      NOT_PASSPORT,
      NOT_HTTP,
    ],
    'lib/api': [
      ...ROOT.filter((file) => !['../platform.js', '../errors.js'].includes(file)),
      '../state/**',
      '../login/**',
      'express',
      'passport',
      'passport-oauth2',
    ],
    'lib/util': ['../*', NOT_PASSPORT],
  }),
  {
    files: ['test/**/*.ts', 'examples/**/*.ts'],
    extends: [tseslint.configs.recommended],
    plugins: { jest },
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'request.**.expect'] }],
      'jest/no-done-callback': 'off',
      'jest/no-conditional-expect': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.cjs', '**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        module: 'writable',
        require: 'readonly',
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  {
    // What the guides show for a page.
    files: ['docs/examples/*-client.mjs'],
    languageOptions: {
      globals: {
        crypto: 'readonly',
        history: 'readonly',
        location: 'readonly',
        sessionStorage: 'readonly',
        TextEncoder: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
  },
);
