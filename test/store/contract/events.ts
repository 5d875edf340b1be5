import { expect, it } from '@jest/globals'
import type { DecodedEvent } from '../../../server/store/store.ts'
import { appId, day, event, form, nowMs, signIn, submitted, subscription } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function eventPromises(current: Current): void {
  async function ingest(
    events: DecodedEvent[],
    rest: { nowMs?: number; eventsPerDay?: number } = {},
  ) {
    const { store } = current()
    const user = await store.signIn(
      signIn('ada', { tokenHash: Buffer.from(String(Math.random())) }),
    )
    return store.ingest({ appId, user, nowMs, eventsPerDay: 2_000, ...rest, events })
  }
  const credits = () => current().store.findCredits(appId, 'ada', nowMs)
  const arrival = (id: string, rest: Partial<DecodedEvent> = {}) =>
    event(id, { type: 'share.opened', scene: 1044, page: 'p', group: { openGId: 'G' } }, rest)

  it('records a repeated batch once, with results in its order', async () => {
    const batch = [submitted('event-01', form('f1')), submitted('event-02', form('f2'))]
    const both = (status: string) => [
      { id: 'event-01', status },
      { id: 'event-02', status },
    ]
    expect(await ingest(batch)).toEqual(both('accepted'))
    expect(await ingest(batch)).toEqual(both('duplicate'))
    expect((await credits()).map(({ ref }) => ref).sort()).toEqual(['f1', 'f2'])
  })

  it('finds a known credit under another event id, also within one batch', async () => {
    const batch = [submitted('event-01', form('f1')), submitted('event-02', form('f1'))]
    expect((await ingest(batch)).map(({ status }) => status)).toEqual(['accepted', 'duplicate'])
    expect(await credits()).toHaveLength(1)
  })

  it('adds up subscriptions to one template', async () => {
    await ingest([submitted('event-01', subscription('T1'), subscription('T2'))])
    await ingest([submitted('event-02', subscription('T1'))])
    const uses = (await credits()).map(({ ref, usesLeft }) => [ref, usesLeft])
    expect(Object.fromEntries(uses)).toEqual({ T1: 2, T2: 1 })
  })

  it('returns session_stale once, then records the arrival without its group', async () => {
    const stale = event(
      'event-01',
      { type: 'share.opened', scene: 1044, page: 'p', group: { unavailable: 'undecryptable' } },
      { stale: true },
    )
    const retry = { id: 'event-01', status: 'retry', reason: 'session_stale' }
    expect(await ingest([stale])).toEqual([retry])
    const kept = { id: 'event-01', reason: 'undecryptable' }
    expect(await ingest([stale])).toEqual([{ ...kept, status: 'accepted' }])
    expect(await ingest([stale])).toEqual([{ ...kept, status: 'duplicate' }])
  })

  it('records an arrival with its group when the second try decrypts it', async () => {
    await ingest([arrival('event-01', { stale: true })])
    expect(await ingest([arrival('event-01')])).toEqual([
      { id: 'event-01', status: 'accepted', openGId: 'G' },
    ])
  })

  it('returns the openGId of a duplicate, too', async () => {
    await ingest([arrival('event-01')])
    expect(await ingest([arrival('event-01')])).toEqual([
      { id: 'event-01', status: 'duplicate', openGId: 'G' },
    ])
  })

  it('limits the events of a user and day, and still finds duplicates', async () => {
    const batch = [1, 2, 3].map((n) => submitted(`event-0${n}`, form(`f${n}`)))
    const limited = { id: 'event-03', status: 'retry', reason: 'rate_limited' }
    expect((await ingest(batch, { eventsPerDay: 2 }))[2]).toEqual(limited)
    const again = await ingest(batch, { eventsPerDay: 2 })
    expect(again.map(({ status }) => status)).toEqual(['duplicate', 'duplicate', 'retry'])
    const tomorrow = await ingest(batch, { eventsPerDay: 2, nowMs: nowMs + day })
    expect(tomorrow[2]).toEqual({ id: 'event-03', status: 'accepted' })
  })

  it('keeps the latest live credits of a kind, and the others die', async () => {
    const batch = [1, 2, 3, 4].map((n) =>
      submitted(`event-0${n}`, form(`f${n}`, { keepLive: 2, usableUntilMs: nowMs + n * 1_000 })),
    )
    await ingest(batch)
    expect((await credits()).map(({ ref }) => ref)).toEqual(['f3', 'f4'])
    const [replay] = await ingest([submitted('event-05', form('f1'))])
    expect(replay).toEqual({ id: 'event-05', status: 'duplicate' })
  })
}
