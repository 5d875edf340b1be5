/** The table of outcomes, where the process stood still for longer than its lease, and another one answers for it. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { engines } from './engines.ts'
import { rights, user } from './rights.ts'
import { startServing } from './serving.ts'
import type { Serving } from './serving.ts'

let serving: Serving
afterEach(() => serving.close([user]))

const never = 600_000
const shared = engines.filter(({ processes }) => processes > 1)

describe.each(shared.map((engine) => [engine.name, engine] as const))('%s', (_name, engine) => {
  it.each(['payment', 'subscription', 'window'] as const)(
    '%s: unknown while the one that called stands still, and sent once it goes on',
    async (right) => {
      const { edition, path, granted } = rights[right]
      serving = await startServing(edition, engine)
      await serving.grant(right, user)
      await serving.control('faults', { path, delayMs: never, when: 'after' })
      const { body } = await serving.send(right, user, 'hung', { Prefer: 'respond-async' })
      await serving.monotonic.waitedFor(never)
      const goOn = await serving.hang()
      expect(await serving.settled(body.id)).toMatchObject({ state: 'unknown', attempts: 1 })
      // WeChat answers a process that does not read.
      serving.monotonic.advance(never)
      goOn()
      while ((await serving.find(body.id)).state !== 'sent');
      expect(await serving.arrived(user)).toBe(1)
      expect(await serving.left(right, user)).toBe(granted - 1)
    },
  )
})
