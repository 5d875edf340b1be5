/** Controls of the worlds of the sandbox, from any of them. */
import Type from 'typebox'
import { control, ControlError } from './control.ts'

export const worldList = control({
  method: 'GET',
  path: '/sandbox/worlds',
  summary:
    'Lists the worlds by name: `default`, then the others in the order of their first requests.',
  description:
    'A request names one by the header `X-Sandbox-World`, or by `/worlds/NAME` before its path.',
  fields: {},
  reply: Type.Object({ worlds: Type.Array(Type.String()) }),
  example: {},
  act: ({ sandbox }) => ({ worlds: sandbox.worlds.names() }),
})

export const worldEnd = control({
  method: 'DELETE',
  path: '/sandbox/worlds/:name',
  summary: 'Ends a world and forgets it. The next request that names it makes a new one.',
  fields: {},
  reply: Type.Object({ ended: Type.String() }),
  example: { name: 'a' },
  before: [{ path: '/worlds/a/sandbox/users', body: {} }],
  act({ params: { name = '' }, sandbox }) {
    if (sandbox.worlds.end(name)) return { ended: name }
    throw new ControlError(404, 'There is no such world. GET /sandbox/worlds lists them.')
  },
})
