import { expect, it } from '@jest/globals'
import { creditEndingRules } from '../../../server/rules/webhooks.ts'
import { appId, form, message, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'
import { webhook } from './webhooks.ts'

const { leadMs, everyMs } = creditEndingRules
const minute = 60_000

export function creditEndingPromises(current: Current): void {
  const add = (at = nowMs) =>
    current().store.addWebhook(webhook('a', { events: ['credit.ending'], createdAtMs: at }))
  /** A credit that ends so many minutes after the time at which it is told. */
  const record = (ref: string, minutes: number, openId = 'ada') => {
    const credit = form(ref, { endsAtMs: nowMs + leadMs + minutes * minute })
    return current().store.recordCredit({ appId, openId, nowMs, credit })
  }
  const tell = (minutes: number) => current().store.tellEndings({ nowMs: nowMs + minutes * minute })
  async function told() {
    const { store } = current()
    const ends: unknown[] = []
    while ((await store.queueDeliveries()) > 0);
    for (;;) {
      const claimed = await store.claimDelivery({ id: 'a', leaseMs: minute })
      if (!claimed) return ends.sort()
      const { change } = claimed
      if (change.type !== 'credit.ending') throw new Error(`It is told of ${change.type}.`)
      ends.push([change.openId, (change.endsAtMs! - nowMs - leadMs) / minute, change.uses])
    }
  }

  it('are told once, each user and each end', async () => {
    await add()
    await record('f1', 10)
    await record('f2', 20, 'bob')
    await record('f3', 40)
    expect(await tell(20)).toBe(2)
    expect(await tell(20)).toBe(0)
    expect(await tell(40)).toBe(1)
    expect(await tell(80)).toBe(0)
    expect(await told()).toEqual([
      ['ada', 10, 1],
      ['ada', 40, 1],
      ['bob', 20, 1],
    ])
  })

  it('are not told without a use that is left, nor of those who were erased', async () => {
    const { store } = current()
    await add()
    await record('f1', 10)
    await record('f2', 10, 'bob')
    await store.openMessage(message('1'))
    const reason = { code: 'user_unknown', detail: 'erased' } as const
    const why = { ifQueued: reason, ifSending: reason }
    await store.eraseUser({ appId, openId: 'bob', nowMs, ...why })
    expect(await tell(20)).toBe(0)
  })

  it('are not told that end within the time when the webhook is added', async () => {
    await record('f1', 10)
    await record('f2', 60)
    await add(nowMs + 30 * minute)
    await tell(70)
    expect(await told()).toEqual([['ada', 60, 1]])
  })

  it('are looked for at intervals, and not while nobody wants to know', async () => {
    const { store } = current()
    await record('f1', 1)
    expect(await tell(60)).toBe(0)
    await add(nowMs)
    expect(await store.tellEndings({ nowMs: nowMs + everyMs - 1 })).toBe(0)
    expect(await store.tellEndings({ nowMs: nowMs + everyMs })).toBe(1)
  })

  it('are told where a walk that was interrupted goes on', async () => {
    const { store } = current()
    await add()
    for (let n = 0; n < creditEndingRules.usersPerStep + 5; n++) await record('f', 10, `user ${n}`)
    const abort = new AbortController()
    const walking = store.tellEndings({ nowMs: nowMs + 20 * minute, signal: abort.signal })
    abort.abort()
    const before = await walking
    expect(before).toBeLessThanOrEqual(creditEndingRules.usersPerStep)
    const again = await current().restart()
    const after = await again.tellEndings({ nowMs: nowMs + 21 * minute })
    expect(before + after).toBe(creditEndingRules.usersPerStep + 5)
  })
}
