/** The core, and beside it what a mini-program imports by name: `wx-reach/scene` is `dist/scene.js`. */
export const core = 'index'

export const extras = ['component', 'behavior', 'timeline', 'scene', 'inspect', 'install']

export const entries = [core, ...extras, 'sandbox']
