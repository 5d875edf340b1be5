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
 * Short names of properties that no page, platform, server or storage ever sees, the same in every
 * bundle, for the entries use the internals of the core. None may be the name of a public option,
 * of a method of the language, or of a field of the wire. Which letter is whose costs up to 30
 * bytes.
 */
const shortNames = {
  add: 'H',
  append: 'C',
  arrivals: 'G',
  attempts: 'n',
  callbacks: 'o',
  callWechat: 'u',
  capture: 's',
  clear: 'l',
  copyWith: 'x',
  counts: 'j',
  drop: 'k',
  enter: 'U',
  expect: 't',
  fill: 'z',
  forget: 'c',
  groupResolver: 'N',
  guard: 'm',
  hasEvents: 'O',
  hide: 'g',
  internals: 'F',
  isFull: 'y',
  listen: 'E',
  load: 'V',
  mayCall: 'f',
  mayFill: 'R',
  mayRecord: 'B',
  online: 'M',
  onResult: 'Q',
  outbox: 'L',
  parent: 'p',
  peek: 'T',
  persist: 'A',
  refuse: 'v',
  remove: 'b',
  resolved: 'r',
  retry: 'J',
  retryAfterMs: 'd',
  save: 'S',
  saveToken: 'I',
  segments: 'w',
  show: 'K',
  storage: 'q',
  tickets: 'a',
  transport: 'P',
  wake: 'h',
  warnOnce: 'i',
  world: 'e',
}
const mangle = {
  mangleProps: new RegExp(`^(${Object.keys(shortNames).join('|')})$`),
  mangleCache: shortNames,
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
  plugins: [esbuild({ target: 'es2017', tsconfig: false, ...mangle }), minify],
}))

/** For Node, readable, and outside of `dist`, all of which DevTools copies into a mini-program. */
const testing = {
  input: 'client/testing/index.ts',
  output: { file: 'testing/dist/index.js', format: 'cjs' },
  plugins: [esbuild({ target: 'es2020', tsconfig: false })],
}

export default [...phone, testing]
