/** The table of outcomes after a process was killed between reserve and settle. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { engines, processesOn, type Engine } from '../support/engines.ts'
import { creditKinds, type KindName } from './credit-kinds.ts'
import { startServers, type RestartableServers } from './restartable-servers.ts'

let servers: RestartableServers
let users: string[]
afterEach(() => servers.close(users))

const never = 600_000
const async = { Prefer: 'respond-async' }
const byEdition = [
  ['2018', ['form', 'payment', 'window']],
  ['2026', ['subscription', 'window']],
] as const

async function open(engine: Engine, edition: '2018' | '2026', kinds: readonly KindName[]) {
  servers = await startServers(edition, engine)
  users = kinds.map((kind) => `user-of-${kind}`)
  for (const kind of kinds) {
    await servers.grant(kind, `user-of-${kind}`)
    // The first call also fetches the token, so that later ones are the send alone.
    await servers.send(kind, `user-of-${kind}`, 'before')
  }
}

/** Sends one message of each kind, with `fault` set. */
async function sendAll(kinds: readonly KindName[], fault: object): Promise<Map<KindName, string>> {
  for (const kind of kinds)
    await servers.control('faults', { path: creditKinds[kind].path, ...fault })
  const ids = new Map<KindName, string>()
  for (const kind of kinds) {
    const { body } = await servers.send(kind, `user-of-${kind}`, 'killed', async)
    ids.set(kind, body.id)
  }
  return ids
}

/** WeChat accepts a formId once, so a repeat shows whether the first call had arrived. */
const presentedAgain = (when: 'before' | 'after') => ({
  message: { state: 'sent', attempts: 2, ...(when === 'after' && { inferred: true }) },
  arrived: 2,
})
const lost = (arrives: number) => ({
  message: { state: 'unknown', attempts: 1, reason: { code: 'outcome_unknown' } },
  arrived: 1 + arrives,
})

const all = engines.flatMap((engine) =>
  byEdition.map(([edition, kinds]) => [processesOn(engine), edition, kinds, engine] as const),
)

describe.each(all)(
  '%s, of the edition %s, whose process is killed',
  (_name, edition, kinds, engine) => {
    it.each([
      ['before', 0],
      ['after', 1],
    ] as const)(
      'while WeChat delays its reply, %s acting: unknown and used (%i arrived); a form is repeated',
      async (when, arrives) => {
        await open(engine, edition, kinds)
        const ids = await sendAll(kinds, { delayMs: never, when })
        await servers.monotonic.waitedFor(never, kinds.length)
        await servers.killAndRestart()
        for (const [kind, id] of ids) {
          const message = await servers.waitForEnd(id)
          const user = `user-of-${kind}`
          const found = { message, arrived: await servers.arrived(user) }
          expect(found).toMatchObject(kind === 'form' ? presentedAgain(when) : lost(arrives))
          expect(await servers.left(kind, user)).toBe(creditKinds[kind].granted - 2)
          const again = await servers.send(kind, user, 'killed')
          expect(again.headers.get('Idempotency-Replayed')).toBe('true')
          expect(message).toMatchObject(again.body)
        }
      },
    )

    it('while messages wait for a busy platform: the next process sends each once', async () => {
      await open(engine, edition, kinds)
      const ids = await sendAll(kinds, { errcode: -1, times: 3 })
      // The backoff may be a few milliseconds: a kill during a call would leave it unknown.
      await servers.stopBetweenCalls()
      await servers.killAndRestart()
      let attempts = 0
      for (const [kind, id] of ids) {
        const user = `user-of-${kind}`
        const message = await servers.waitForEnd(id)
        expect(message.state).toBe('sent')
        attempts += message.attempts
        expect([await servers.arrived(user), await servers.left(kind, user)]).toEqual([
          2,
          creditKinds[kind].granted - 2,
        ])
      }
      // Kinds that share a path share its faults, unevenly: the sum alone is certain.
      expect(attempts).toBe(4 * kinds.length)
    })
  },
)
