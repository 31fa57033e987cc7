import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const noReact = ['react', 'react-dom', 'react-dom/*'];

/** Imports run down only: app > features > api, audio, ui > text. */
const zone = (files, patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**'] },
  ...tseslint.configs.recommended,
  { rules: { '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }] } },
  { files: ['src/**/*.tsx'], ...a11y.flatConfigs.strict },
  { files: ['src/**/*.{ts,tsx}'], ...hooks.configs.flat.recommended },
  { files: ['e2e/**/*.mjs', '*.config.{js,ts}'], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  zone(['src/text/**'], [...noReact, '**/api/*', '**/audio/*', '**/ui/*', '**/features/**', '**/app/*']),
  zone(['src/audio/**'], [...noReact, '**/api/*', '**/ui/*', '**/features/**', '**/app/*']),
  zone(['src/api/**'], ['react', 'react-dom', '**/audio/*', '**/ui/*', '**/features/**', '**/app/*']),
  zone(['src/ui/**'], ['**/api/*', '**/audio/*', '**/features/**', '**/app/*']),
  zone(['src/features/**'], ['**/app/*']),
);
