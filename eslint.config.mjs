import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

/** The modules at the root of lib/, as a folder of it names them, but for those that it may import. */
function rootBut(...allowed) {
  return readdirSync(new URL('lib', import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `../${file.replace(/\.ts$/, '.js')}`)
    .filter((file) => !allowed.includes(file));
}

const asTypeOnly = (regex) => ({ regex, allowTypeImports: true });
const NOT_FRAMEWORK = asTypeOnly('^(express|passport|passport-oauth2)$');
// Node's http and axios are for lib/api.
const NOT_HTTP = asTypeOnly('^(node:)?(http|https|http2|tls|net)$|^axios$');
const OUTSIDE = ['**/emulator/**', '**/doctor/**', '**/examples/**', '**/test/**', 'wechat-login-emulator'];

/** What the modules of each folder must not import. Of two entries that match a file, the later one alone holds. */
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

/**
 * Who may import whom in emulator/src. From the ground up: shared; options, faults; records; wechat; backend.ts, which
 * puts them together; phone.ts, component.ts and pages; http; emulator.ts and cli.ts.
 *
 * @param {string} folder or files
 * @param {string[]} never what may not be imported there, not even as a type
 * @param {string[]} asType what may be imported there as a type only
 */
function emulatorFolder(folder, never, asType = []) {
  const regex = (names) => `^(\\.{1,2}/)+(${names.join('|')})(/|\\.js$)`;
  const patterns = [
    { regex: regex(never), message: `${folder} is below it: pass what it needs as arguments.` },
  ];
  if (asType.length > 0) {
    patterns.push({ regex: regex(asType), allowTypeImports: true, message: 'Only as a type.' });
  }
  return {
    files: [`emulator/src/${folder}`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

const EMULATOR_TOP = ['index', 'emulator', 'cli', 'cli-text'];
const EMULATOR_FACE = [...EMULATOR_TOP, 'http', 'pages', 'phone', 'component'];

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
    'lib/*.ts': [NOT_FRAMEWORK, NOT_HTTP],
    'lib/strategy.ts': [asTypeOnly('^(express|passport)$'), NOT_HTTP],
    'lib/login': [
      ...rootBut('../errors.js', '../options.js', '../platform.js', '../profile.js'),
      asTypeOnly('^\\.\\./options\\.js$'),
      NOT_FRAMEWORK,
      NOT_HTTP,
    ],
    'lib/state': [...rootBut('../platform.js'), '../api/**', '../login/**', NOT_FRAMEWORK, NOT_HTTP],
    'lib/api': [
      ...rootBut('../errors.js', '../platform.js'),
      '../state/**',
      '../login/**',
      'express',
      'passport',
      'passport-oauth2',
    ],
    // `net` knows what an IP address is.
    'lib/util': ['../*', NOT_FRAMEWORK, asTypeOnly('^(node:)?(http|https|http2|tls)$|^axios$')],
  }),
  emulatorFolder('shared/**', [...EMULATOR_FACE, 'backend', 'wechat', 'records', 'faults', 'options', 'tls']),
  emulatorFolder('options/**', [...EMULATOR_FACE, 'backend', 'wechat', 'records', 'faults', 'tls']),
  emulatorFolder('faults/**', [...EMULATOR_FACE, 'backend', 'wechat', 'records', 'options', 'tls']),
  emulatorFolder('records/**', [...EMULATOR_FACE, 'backend', 'wechat', 'faults', 'tls'], ['options']),
  // The flows take the whole backend as their first argument.
  emulatorFolder('wechat/*.ts', [...EMULATOR_FACE, 'faults', 'tls', 'open', 'api'], ['backend', 'records']),
  emulatorFolder('wechat/api/**', [...EMULATOR_FACE, 'faults', 'tls', 'open'], ['backend', 'records']),
  emulatorFolder('wechat/open/**', [...EMULATOR_FACE, 'faults', 'tls'], ['backend', 'records']),
  emulatorFolder(
    'pages/**',
    [...EMULATOR_TOP, 'http', 'backend', 'faults', 'phone', 'component', 'tls'],
    ['options', 'records', 'wechat'],
  ),
  emulatorFolder('{backend,phone,component}.ts', [...EMULATOR_TOP, 'http', 'pages', 'tls']),
  emulatorFolder('http/**', [...EMULATOR_TOP, 'tls'], ['phone', 'component']),
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
        crypto: 'readonly',
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
        history: 'readonly',
        location: 'readonly',
        sessionStorage: 'readonly',
        TextEncoder: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
  },
);
