// One file for each entry, with nothing shared between them: DevTools copies `dist` as it is and
// resolves `wx-reach/sandbox` to `dist/sandbox.js`. ES2017, which DevTools lowers to ES5 by itself.
import { rmSync } from 'node:fs'
import { minifySync } from '@swc/core'
import esbuild from 'rollup-plugin-esbuild'
import { entries } from './build/entries.mjs'

for (const built of ['dist', 'testing']) {
  rmSync(new URL(built, import.meta.url), { recursive: true, force: true })
}

/**
 * Properties that no page, platform, server or storage ever sees. They get short names, the same
 * ones in every bundle, for entries use the internals of the core. None may be the name of a public
 * option, of a method of the language, or of a field of the wire.
 */
const internalProperties = [
  'add',
  'append',
  'arrivals',
  'storage',
  'attempts',
  'callWechat',
  'callbacks',
  'capture',
  'clear',
  'copyWith',
  'counts',
  'drop',
  'enter',
  'expect',
  'fill',
  'forget',
  'groupResolver',
  'guard',
  'hasEvents',
  'hide',
  'internals',
  'isFull',
  'listen',
  'load',
  'mayCall',
  'mayFill',
  'mayRecord',
  'onResult',
  'online',
  'outbox',
  'parent',
  'peek',
  'persist',
  'refuse',
  'remove',
  'resolved',
  'retry',
  'retryAfterMs',
  'save',
  'saveToken',
  'segments',
  'show',
  'tickets',
  'transport',
  'wake',
  'warnOnce',
  'world',
]
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const shortNames = {
  mangleProps: new RegExp(`^(${internalProperties.join('|')})$`),
  mangleCache: Object.fromEntries(internalProperties.map((name, at) => [name, letters[at]])),
}

/** A tenth smaller, gzipped, than what esbuild's own minifier makes of the same bundle. */
const minify = {
  name: 'minify',
  renderChunk: (code) =>
    minifySync(code, {
      compress: {
        passes: 3,
        ecma: 2017,
        // More of these make the code shorter, and its gzip longer.
        evaluate: false,
        inline: 1,
        toplevel: true,
        unsafe_arrows: true,
      },
      mangle: { toplevel: true },
    }),
}

const phone = entries.map((entry) => ({
  input: `client/${entry}.ts`,
  // Entries that build on one another require one another.
  external: entries.map((other) => `./${other}`).filter((other) => other !== './index'),
  makeAbsoluteExternalsRelative: false,
  output: { file: `dist/${entry}.js`, format: 'cjs', esModule: 'if-default-prop' },
  plugins: [esbuild({ target: 'es2017', tsconfig: false, ...shortNames }), minify],
}))

/** For Node, readable, and outside of `dist`, all of which DevTools copies into a mini-program. */
const testing = {
  input: 'client/testing/index.ts',
  output: { file: 'testing/dist/index.js', format: 'cjs' },
  plugins: [esbuild({ target: 'es2020', tsconfig: false })],
}

export default [...phone, testing]
