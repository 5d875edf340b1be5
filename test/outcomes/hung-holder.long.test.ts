/** The table of outcomes after a process was paused for longer than its lease. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { engines, processesOn } from '../support/engines.ts'
import { creditKinds, user } from './credit-kinds.ts'
import { startServers, type RestartableServers } from './restartable-servers.ts'

let servers: RestartableServers
afterEach(() => servers.close([user]))

const never = 600_000
const shared = engines.filter(({ processes }) => processes > 1)

describe.each(shared.map((engine) => [processesOn(engine), engine] as const))(
  '%s',
  (_name, engine) => {
    it.each(['payment', 'subscription', 'window'] as const)(
      '%s: unknown while the process that called is paused, and sent once it resumes',
      async (kind) => {
        const { edition, path, granted } = creditKinds[kind]
        servers = await startServers(edition, engine)
        await servers.grant(kind, user)
        await servers.control('faults', { path, delayMs: never, when: 'after' })
        const { body } = await servers.send(kind, user, 'hung', { Prefer: 'respond-async' })
        await servers.monotonic.waitedFor(never)
        const goOn = await servers.hang()
        expect(await servers.waitForEnd(body.id)).toMatchObject({ state: 'unknown', attempts: 1 })
        // WeChat replies while the process is paused.
        servers.monotonic.advance(never)
        goOn()
        while ((await servers.find(body.id)).state !== 'sent');
        expect(await servers.arrived(user)).toBe(1)
        expect(await servers.left(kind, user)).toBe(granted - 1)
      },
    )
  },
)
