import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

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
    files: ['lib/**/*.ts'],
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
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/emulator/**', '**/examples/**', '**/test/**', 'wechat-login-emulator'],
              message: 'lib/ stands alone.',
            },
          ],
        },
      ],
    },
  },
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
);
