/** The table of outcomes, where the process died between reserve and settle, and another one answers for it. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { engines } from './engines.ts'
import type { Engine } from './engines.ts'
import { rights } from './rights.ts'
import type { RightName } from './rights.ts'
import { startServing } from './serving.ts'
import type { Serving } from './serving.ts'

let serving: Serving
let users: string[]
afterEach(() => serving.close(users))

const never = 600_000
const async = { Prefer: 'respond-async' }
const byEdition = [
  ['2018', ['form', 'payment', 'window']],
  ['2026', ['subscription', 'window']],
] as const

async function open(engine: Engine, edition: '2018' | '2026', kinds: readonly RightName[]) {
  serving = await startServing(edition, engine)
  users = kinds.map((right) => `user-of-${right}`)
  for (const right of kinds) {
    await serving.grant(right, `user-of-${right}`)
    // The first call also fetches the token: what is asked below is the send alone.
    await serving.send(right, `user-of-${right}`, 'before')
  }
}

/** One message of each right, while `fault` is played. */
async function sendAll(
  kinds: readonly RightName[],
  fault: object,
): Promise<Map<RightName, string>> {
  for (const right of kinds) await serving.control('faults', { path: rights[right].path, ...fault })
  const ids = new Map<RightName, string>()
  for (const right of kinds) {
    const { body } = await serving.send(right, `user-of-${right}`, 'killed', async)
    ids.set(right, body.id)
  }
  return ids
}

/** A formId is taken once, so showing it again tells whether the first call had arrived. */
const shownAgain = (when: 'before' | 'after') => ({
  message: { state: 'sent', attempts: 2, ...(when === 'after' && { inferred: true }) },
  arrived: 2,
})
const lost = (arrives: number) => ({
  message: { state: 'unknown', attempts: 1, reason: { code: 'outcome_unknown' } },
  arrived: 1 + arrives,
})

const all = engines.flatMap((engine) =>
  byEdition.map(([edition, kinds]) => [engine.name, edition, kinds, engine] as const),
)

describe.each(all)('%s, of the edition %s, that dies', (_name, edition, kinds, engine) => {
  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)(
    'while the platform hangs, %s it has acted: unknown and used (%i arrived); a form is shown again',
    async (when, arrives) => {
      await open(engine, edition, kinds)
      const ids = await sendAll(kinds, { delayMs: never, when })
      await serving.monotonic.waitedFor(never, kinds.length)
      await serving.killAndRestart()
      for (const [right, id] of ids) {
        const message = await serving.settled(id)
        const user = `user-of-${right}`
        const found = { message, arrived: await serving.arrived(user) }
        expect(found).toMatchObject(right === 'form' ? shownAgain(when) : lost(arrives))
        expect(await serving.left(right, user)).toBe(rights[right].granted - 2)
        const again = await serving.send(right, user, 'killed')
        expect(again.headers.get('Idempotency-Replayed')).toBe('true')
        expect(again.body).toEqual(message)
      }
    },
  )

  it('with messages that wait for a busy platform: they are sent by the next, once', async () => {
    await open(engine, edition, kinds)
    const ids = await sendAll(kinds, { errcode: -1, times: 1 })
    for (const [right] of ids) {
      const { granted } = rights[right]
      // Tried, and given back.
      while ((await serving.left(right, `user-of-${right}`)) < granted - 1);
    }
    await serving.killAndRestart()
    for (const [right, id] of ids) {
      const user = `user-of-${right}`
      expect(await serving.settled(id)).toMatchObject({ state: 'sent' })
      expect([await serving.arrived(user), await serving.left(right, user)]).toEqual([
        2,
        rights[right].granted - 2,
      ])
    }
  })
})
