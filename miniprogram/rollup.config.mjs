// One file for each entry, with nothing shared between them: DevTools copies `dist` as it is and resolves
// `wx-reach/sandbox` to `dist/sandbox.js`. ES2017, which DevTools lowers to ES5 by itself.
import { rmSync } from 'node:fs'
import { minifySync } from '@swc/core'
import esbuild from 'rollup-plugin-esbuild'
import { entries } from './build/entries.mjs'

for (const built of ['dist', 'testing']) {
  rmSync(new URL(built, import.meta.url), { recursive: true, force: true })
}

/** Words between modules of one bundle, which no page, platform, server or storage ever sees: they become short. */
const inside = [
  'mayFill',
  'expect',
  'settled',
  'tickets',
  'entered',
  'asked',
  'persist',
  'segments',
  'keepToken',
  'append',
  'isFull',
  'waits',
  'counts',
  'again',
  'found',
  'listen',
  'peek',
  'online',
  'forget',
  'waitMs',
]

/** A tenth smaller, gzipped, than what esbuild's own minifier makes of the same bundle. */
const minify = {
  name: 'minify',
  renderChunk: (code) =>
    minifySync(code, {
      compress: {
        passes: 2,
        ecma: 2017,
        // More of these make the code shorter, and its gzip longer.
        evaluate: false,
        inline: 1,
        toplevel: true,
        unsafe_arrows: true,
      },
      mangle: { toplevel: true, props: { regex: `^(${inside.join('|')})$` } },
    }),
}

const phone = entries.map((entry) => ({
  input: `client/${entry}.ts`,
  // Entries that build on one another require one another.
  external: entries.map((other) => `./${other}`).filter((other) => other !== './index'),
  makeAbsoluteExternalsRelative: false,
  output: { file: `dist/${entry}.js`, format: 'cjs', esModule: 'if-default-prop' },
  plugins: [esbuild({ target: 'es2017', tsconfig: false }), minify],
}))

/** For Node, readable, and outside of `dist`, all of which DevTools copies into a mini-program. */
const testing = {
  input: 'client/testing/index.ts',
  output: { file: 'testing/dist/index.js', format: 'cjs' },
  plugins: [esbuild({ target: 'es2020', tsconfig: false })],
}

export default [...phone, testing]
