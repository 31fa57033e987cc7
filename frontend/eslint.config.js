import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**'] },
  ...tseslint.configs.recommended,
  { files: ['src/**/*.{ts,tsx}'], ...a11y.flatConfigs.recommended },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['src/**/*.tsx'],
    rules: { 'jsx-a11y/label-has-associated-control': ['error', { depth: 4 }] },
  },
  {
    files: ['src/api/**', 'src/audio/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['react', '../features/*', '../app/*'] }] },
  },
);
