/** Controls that save and load all that the sandbox remembers. */
import Type from 'typebox'
import { iso } from '../../runtime/world.ts'
import { Time } from '../rules/memory.ts'
import { StateMemory } from '../state/state.ts'
import { control } from './control.ts'
import { requirePushConfig } from './pushes.ts'

/** Changes only when a state that was saved before cannot be loaded any more. */
const version = 1

const Version = Type.Refine(
  Type.Integer(),
  (read) => read === version,
  () =>
    `is not ${version}, which this sandbox reads: save the state anew, from a sandbox of this ` +
    'version of wx-reach-server',
)

const documentFields = {
  version: Version,
  nowMs: Type.Number({
    minimum: 0,
    // Keeps the clock within the range of Date.
    maximum: 1e13,
    description: "By the platform's clock, in milliseconds since the epoch.",
  }),
  ...StateMemory.properties,
}

export const stateSave = control({
  method: 'GET',
  path: '/sandbox/state',
  summary: 'Returns all that the sandbox remembers, but for the list of calls.',
  fields: {},
  reply: Type.Object(documentFields),
  example: {},
  act: ({ sandbox }) => ({ version, nowMs: sandbox.clock.now(), ...sandbox.state().save() }),
})

export const stateLoad = control({
  method: 'PUT',
  path: '/sandbox/state',
  summary: 'Loads what GET /sandbox/state returned, in place of all.',
  description:
    'The clock goes on from `nowMs`. The apps are those of the document. A part that is absent ' +
    'is as in a new sandbox. An error changes nothing.',
  fields: documentFields,
  reply: Type.Object({ now: Time }),
  example: {
    version,
    nowMs: Date.UTC(2026, 0, 1),
    apps: { wx0000000000sandbox: { secret: 'sandbox-secret', edition: '2026' } },
  },
  act({ body: { version: _version, nowMs, ...saved }, sandbox }) {
    for (const [appId, { pusher }] of Object.entries(saved.apps)) {
      if (!pusher?.config) continue
      requirePushConfig(pusher.config, sandbox.pushAnywhere, `/apps/${appId}/pusher/config: `)
    }
    sandbox.load(saved)
    sandbox.clock.moveTo(nowMs)
    return { now: iso(nowMs) }
  },
})
