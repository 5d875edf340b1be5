/**
 * Broadcasts that are paused, resumed, cancelled and abandoned by their process at random moments,
 * while WeChat takes messages, is busy, or loses its reply: nobody is sent to twice, whoever may
 * still receive it does, who is left out does not, and the counts are those of the recipients and
 * of the history of their rights.
 *
 *   BROADCAST_SEED=… npx jest test/broadcasts/random-moments
 */
import { describe, expect, it } from '@jest/globals'
import { minute, second } from '../../server/rules/time.ts'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import { answered, lost, notSent } from '../ledger/ledger-fixture.ts'
import { appId } from '../store/builders.ts'
import { createRandom } from '../support/random.ts'
import { seedOf } from '../support/seed.ts'
import { createBroadcastFixture, names } from './broadcast-fixture.ts'

const seed = seedOf('BROADCAST_SEED')
const histories = 12
const [recipients, steps] = [24, 80]

const turns = async (count = 15) => {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

async function runHistory(seedOfHistory: number): Promise<Record<string, number>> {
  const random = createRandom(seedOfHistory)
  const fixture = createBroadcastFixture({ atOnce: 3 })
  const taken = new Map<string, number>()
  let open: { openId: string; end: (reply: AuthorizedReply<unknown>) => void }[] = []
  let isLate = false
  const take = (openId: string) => taken.set(openId, (taken.get(openId) ?? 0) + 1)
  fixture.answer = (openId) => {
    if (isLate) {
      take(openId)
      return answered(0)
    }
    return new Promise((end) => open.push({ openId, end }))
  }
  let living = fixture.another()
  const { signal } = new AbortController()
  const row = await fixture.start('1', names(recipients), { holdout: 20 })
  let isCancelled = false

  const actions = {
    run: async () => void living.broadcasting.run(signal).catch(() => {}),
    reply: async () => {
      const [one] = open.splice(random.below(Math.max(1, open.length)), 1)
      if (!one) return
      const fault = random.below(10)
      if (fault === 0) return one.end(answered(-1, 'system error'))
      if (fault === 1) return one.end(notSent)
      take(one.openId)
      one.end(fault === 2 ? lost : answered(0))
    },
    pause: async () => void (await fixture.move(row, 'pause')),
    resume: async () => void (await fixture.move(row, 'resume')),
    cancel: async () => {
      if (random.below(12) > 0) return
      isCancelled = (await fixture.move(row, 'cancel')).state === 'cancelled' || isCancelled
    },
    // Of the calls that its process made nobody ever hears.
    die: async () => {
      if (random.below(4) > 0) return
      for (const { openId } of open) if (random.below(2) === 0) take(openId)
      open = []
      living = fixture.another()
    },
    pass: async () => {
      const ms = random.pick([second, 10 * second, 2 * minute])
      fixture.world.clock.advance(ms)
      fixture.world.monotonic.advance(ms)
      void living.ledger.resume().catch(() => {})
    },
  }
  const kinds = Object.keys(actions) as (keyof typeof actions)[]
  for (let step = 0; step < steps; step++) {
    const name = random.pick([...kinds, 'run', 'reply', 'reply', 'reply', 'resume'] as const)
    await actions[name]()
    await turns()
  }

  // WeChat recovers, and the broadcast goes on to its end.
  isLate = true
  for (const { openId, end } of open) {
    take(openId)
    end(answered(0))
  }
  await fixture.move(row, 'resume')
  const last = fixture.another()
  for (let round = 0; round < 12; round++) {
    fixture.world.clock.advance(2 * minute)
    fixture.world.monotonic.advance(2 * minute)
    await last.ledger.resume()
    void last.broadcasting.run(signal)
    await turns(150)
  }
  const { state, counts } = await fixture.find(row)
  const found = await fixture.store.findRecipients(row.number, { limit: 100 })
  const count = (of: string) => found.recipients.filter((one) => one.state === of).length
  expect([...taken.values()].filter((times) => times > 1)).toEqual([])
  expect({ state, counts }).toEqual({
    state: isCancelled ? 'cancelled' : 'done',
    counts: {
      recipients,
      waiting: count('waiting'),
      sent: count('sent'),
      refused: 0,
      unknown: count('unknown'),
      heldOut: count('heldOut'),
    },
  })
  expect(isCancelled || counts.waiting === 0).toBe(true)
  const expected = new Map([
    ['sent', [1]],
    ['waiting', [0]],
    ['unknown', [0, 1]],
    ['heldOut', [0]],
  ])
  const wrong = found.recipients.filter(
    (one) => !expected.get(one.state)?.includes(taken.get(one.openId!) ?? 0),
  )
  expect(wrong).toEqual([])
  // Each had one use: it is left where nothing was sent, and no use is held for ever.
  const left = new Map([
    ['sent', 0],
    ['unknown', 0],
    ['waiting', 1],
    ['heldOut', 1],
  ])
  for (const one of found.recipients) {
    const changes = await fixture.store.findHistory(appId, one.openId!)
    const sum = (of: 'usesDelta' | 'reservedDelta') =>
      changes.reduce((before, change) => before + change[of], 0)
    const sums = [sum('usesDelta'), sum('reservedDelta')]
    expect([one.state, ...sums]).toEqual([one.state, left.get(one.state), 0])
  }
  await fixture.store.close()
  return { ...counts, cancelled: Number(isCancelled) }
}

describe('broadcasts at random moments', () => {
  it(`send nobody two: ${histories} histories (BROADCAST_SEED=${seed})`, async () => {
    const sums = { sent: 0, unknown: 0, heldOut: 0, cancelled: 0 }
    for (let n = 0; n < histories; n++) {
      const counted = await runHistory(seed + n)
      sums.sent += counted.sent!
      sums.unknown += counted.unknown!
      sums.heldOut += counted.heldOut!
      sums.cancelled += counted.cancelled!
    }
    expect(sums.sent).toBeGreaterThan(histories)
    expect(sums.unknown).toBeGreaterThan(0)
    expect(sums.heldOut).toBeGreaterThan(histories)
  }, 120_000)
})
