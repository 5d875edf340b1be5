/**
 * The core, and beside it what a mini-program imports by name: `wx-reach/scene` is `dist/scene.js`.
 */
export const core = 'index'

export const extras = [
  'component',
  'behavior',
  'timeline',
  'scene',
  'rights',
  'inspect',
  'install',
  'privacy',
]

/** Adapters of frameworks: an app takes the one it is written in. */
const adapters = ['taro']

export const entries = [core, ...extras, 'sandbox', ...adapters]
