import Type from 'typebox'
import { control } from './control.ts'

/** Moves the platform's time ahead, for all apps. There is no way back: a reset leaves it where it is. */
export const clock = control({
  method: 'POST',
  path: '/sandbox/clock',
  // Far enough, and never past the last date that there is.
  fields: { advanceMs: Type.Integer({ minimum: 0, maximum: 1e12 }) },
  act: ({ body, sandbox }) => ({
    now: new Date(sandbox.clock.advance(body.advanceMs)).toISOString(),
  }),
})
