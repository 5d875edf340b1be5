import { control } from './control.ts'

/** Forgets everything, of all apps; only the clock stays where it is. */
export const reset = control({
  method: 'POST',
  path: '/sandbox/reset',
  fields: {},
  act({ sandbox }) {
    sandbox.reset()
    return { now: new Date(sandbox.clock.now()).toISOString() }
  },
})
