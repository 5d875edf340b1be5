// One file for each entry, with nothing shared between them: DevTools copies `dist` as it is and
// resolves `wx-reach/sandbox` to `dist/sandbox.js`. ES2017, which DevTools lowers to ES5 by itself.
import { rmSync } from 'node:fs'
import { minifySync } from '@swc/core'
import esbuild from 'rollup-plugin-esbuild'
import uglify from 'uglify-js'
import { entries } from './build/entries.mjs'

for (const built of ['dist', 'testing']) {
  rmSync(new URL(built, import.meta.url), { recursive: true, force: true })
}

/**
 * Short names of properties that no page, platform, server or storage ever sees, the same in every
 * bundle, for the entries use the internals of the core. None may be the name of a public option,
 * of a lifetime (`show`), of a method of the language, or of a field of the wire. Which letter is
 * whose costs up to 30 bytes.
 */
const shortNames = {
  add: 'X',
  append: 'u',
  arrivals: 'H',
  askingFor: 'M',
  attempts: 'r',
  callbacks: 'Q',
  callWechat: 'v',
  capture: 'd',
  clear: 't',
  copyWith: 'f',
  counts: 'n',
  drop: 'J',
  enter: 'p',
  fill: 'E',
  forget: 'P',
  groupResolver: 's',
  guard: 'i',
  hasEvents: 'K',
  internals: 'O',
  isFull: '_',
  listen: 'R',
  load: 'A',
  mayCall: 'l',
  mayRecord: '$',
  maySend: 'T',
  online: 'b',
  onResult: 'V',
  outbox: 'w',
  parent: 'C',
  peek: 'L',
  persist: 'F',
  refuse: 'I',
  remove: 'j',
  resolved: 'o',
  resume: 'P',
  retry: 'N',
  retryAfterMs: 'c',
  routeAt: 'y',
  save: 'W',
  saveToken: 'S',
  segments: 'g',
  storage: 'z',
  suspend: 'm',
  tickets: 'B',
  timelineDepth: 'G',
  trackGroups: 'k',
  transport: 'a',
  update: 'D',
  wake: 'q',
  warnOnce: 'x',
  world: 'e',
  wx: 'h',
}
const mangle = {
  mangleProps: new RegExp(`^(${Object.keys(shortNames).join('|')})$`),
  mangleCache: shortNames,
}

/**
 * One compressor after the other, gzipped: a tenth smaller than what esbuild's own minifier makes
 * of the same bundle, and 100 bytes smaller than one of them alone. Each option that differs from
 * its default makes the gzipped code shorter, often where the code itself becomes longer.
 */
function minified(code) {
  const { code: compressed, error } = uglify.minify(code, {
    compress: {
      passes: 4,
      booleans: false,
      comparisons: false,
      evaluate: 'eager',
      hoist_vars: true,
      join_vars: false,
      loops: false,
      negate_iife: false,
      sequences: 3,
      varify: false,
    },
    toplevel: true,
    module: false,
    mangle: false,
  })
  if (error) throw error
  const { code: shorter } = minifySync(compressed, {
    compress: {
      passes: 3,
      ecma: 2017,
      collapse_vars: false,
      evaluate: false,
      inline: 1,
      hoist_funs: true,
      hoist_vars: true,
      toplevel: true,
      unsafe_arrows: true,
      unsafe_methods: true,
    },
    mangle: false,
  })
  return uglify.minify(shorter, { compress: false, toplevel: true, module: false }).code
}

const minify = {
  name: 'minify',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) chunk.code = minified(chunk.code)
  },
}

const phone = entries.map((entry) => ({
  input: `client/${entry}.ts`,
  // Entries that build on one another require one another.
  external: entries.map((other) => `./${other}`).filter((other) => other !== './index'),
  makeAbsoluteExternalsRelative: false,
  output: { file: `dist/${entry}.js`, format: 'cjs', esModule: 'if-default-prop', strict: false },
  plugins: [esbuild({ target: 'es2017', tsconfig: false, ...mangle }), minify],
}))

/** For Node, readable, and outside of `dist`, all of which DevTools copies into a mini-program. */
const testing = {
  input: 'client/testing/index.ts',
  output: { file: 'testing/dist/index.js', format: 'cjs' },
  plugins: [esbuild({ target: 'es2020', tsconfig: false })],
}

export default [...phone, testing]
