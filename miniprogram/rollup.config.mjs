// One file for each entry, with nothing shared between them: DevTools copies `dist` as it is and resolves
// `wx-reach/sandbox` to `dist/sandbox.js`. ES2017, which DevTools lowers to ES5 by itself.
import { rmSync } from 'node:fs'
import esbuild from 'rollup-plugin-esbuild'

rmSync(new URL('dist', import.meta.url), { recursive: true, force: true })

export default ['index', 'sandbox'].map((entry) => ({
  input: `client/${entry}.ts`,
  output: { file: `dist/${entry}.js`, format: 'cjs', esModule: 'if-default-prop' },
  plugins: [esbuild({ target: 'es2017', minify: true, tsconfig: false })],
}))
