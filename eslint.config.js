import js from '@eslint/js'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const shape = {
  'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  'max-depth': ['error', 3],
  'max-params': ['error', 3],
  'no-else-return': ['error', { allowElseIf: false }],
  'no-console': 'error',
  eqeqeq: 'error',
}

export default tseslint.config(
  { ignores: ['node_modules', 'data', 'test-output', '.dependency-cruiser.js', 'eslint.config.js'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...shape,
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Guards come first, and a guard ends with `return go(…)`.
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  {
    // Only the composition root, the configuration and the scripts may look at the clock or the environment.
    files: ['src/{face,policy,store,provider,interactions,account,admin,http,mail}/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is a dependency: take a clock.' },
        { object: 'process', property: 'env', message: 'Only src/config.ts reads the environment.' },
        { object: 'Math', property: 'random', message: 'Use node:crypto.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/cli/**/*.ts', '{bench,examples,scripts,test}/**/*.{ts,js,mjs}'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['{bench,examples,scripts,test}/**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
    rules: { ...shape, 'no-console': 'off' },
  },
  {
    // Each is written as the users of its library write, callbacks of nine parameters included.
    files: ['test/relying-parties/apps/**/*.mjs'],
    rules: { 'max-params': 'off' },
  },
  {
    files: ['test/relying-parties/apps/oidc-client-ts/app.js'],
    languageOptions: { globals: globals.browser },
  },
  { files: ['views/assets/**/*.js'], languageOptions: { globals: globals.browser }, rules: shape },
)
