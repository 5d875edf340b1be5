import { expect, it } from '@jest/globals'
import type { NewCredit, PushRecord } from '../../../server/store/store.ts'
import { appId, day, message, nowMs, push, signIn, submitted, subscription } from '../builders.ts'
import { expectSums } from '../sums.ts'
import type { Current } from './store-under-test.ts'

export function consentPromises(current: Current): void {
  const minute = 60_000
  let made = 0

  async function phone(atMs: number, ...credits: NewCredit[]) {
    const { store } = current()
    const tokenHash = Buffer.from(String((made += 1)))
    const user = await store.signIn(signIn('ada', { tokenHash }))
    const event = { ...submitted(`event-${made}`, ...credits), atMs }
    const input = { appId, user, nowMs, eventsPerDay: 2_000, events: [event] }
    return (await store.ingest(input))[0]?.status
  }
  const recordPush = (atMs: number, record: PushRecord) =>
    current().store.recordPush(push(String((made += 1)), { atMs, record }))
  const pushed = (atMs: number, ...credits: NewCredit[]) =>
    recordPush(atMs, { type: 'consents', credits })
  const revoked = (atMs: number, templateId: string) =>
    recordPush(atMs, { type: 'revoked', templateIds: [templateId] })
  async function uses() {
    await expectSums(current().store, appId, 'ada')
    const rows = await current().store.findCredits(appId, 'ada', nowMs)
    return Object.fromEntries(rows.map(({ ref, usesLeft }) => [ref, usesLeft]))
  }
  const T = subscription('T')
  const unlimited = { ...T, uses: null }

  it('of phone and push are one credit, in either order', async () => {
    expect(await phone(nowMs, T)).toBe('accepted')
    await pushed(nowMs + 10 * minute, T)
    expect(await uses()).toEqual({ T: 1 })
    await pushed(nowMs + 30 * minute, T)
    expect(await phone(nowMs + 20 * minute, T)).toBe('accepted')
    expect(await uses()).toEqual({ T: 2 })
  })

  it('are matched one to one', async () => {
    await phone(nowMs, T)
    await phone(nowMs + minute, T)
    for (const minutes of [0, 1, 2]) await pushed(nowMs + minutes * minute, T)
    expect(await uses()).toEqual({ T: 3 })
    await phone(nowMs + 3 * minute, T)
    expect(await uses()).toEqual({ T: 3 })
  })

  it('of one moment are as many as are reported', async () => {
    await pushed(nowMs, T)
    await pushed(nowMs, T)
    await phone(nowMs, T)
    await phone(nowMs, T)
    await phone(nowMs, T)
    expect(await uses()).toEqual({ T: 3 })
  })

  it('more than ten minutes apart, or to two templates, are two', async () => {
    await phone(nowMs, T)
    await pushed(nowMs + 10 * minute + 1, T)
    await pushed(nowMs, subscription('U'))
    expect(await uses()).toEqual({ T: 2, U: 1 })
  })

  it('that no phone reported are credits of their own', async () => {
    await pushed(nowMs, T, subscription('U'))
    expect(await uses()).toEqual({ T: 1, U: 1 })
  })

  it('of a phone that repeats its event are counted once', async () => {
    const { store } = current()
    const user = await store.signIn(signIn('ada'))
    const input = { appId, user, nowMs, eventsPerDay: 9, events: [submitted('event-same', T)] }
    await store.ingest(input)
    expect(await store.ingest(input)).toMatchObject([{ status: 'duplicate' }])
    await pushed(nowMs, T)
    expect(await uses()).toEqual({ T: 1 })
  })

  it('all end when the user revokes them, also those that a message holds', async () => {
    const { store } = current()
    await pushed(nowMs, T, T, subscription('U'))
    const creditQuery = { channel: 'subscribe', kinds: ['subscription'], ref: 'T' } as const
    const opened = await store.openMessage(message('1', creditQuery))
    if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
    await revoked(nowMs + minute, 'T')
    expect(await uses()).toEqual({ U: 1 })
    await store.settle({
      id: opened.message.id,
      holder: 'first',
      attempts: 1,
      nowMs,
      credit: { outcome: 'givenBack' },
      message: { state: 'refused', reason: { code: 'message_bad', detail: '' } },
    })
    expect(await uses()).toEqual({ U: 1 })
    const dead = (await store.findHistory(appId, 'ada')).find(({ change }) => change === 'dead')
    expect(dead).toMatchObject({ reason: 'revoked', usesDelta: -1, reservedDelta: -1 })
  })

  it('from before a revocation do not undo it when they arrive later', async () => {
    await pushed(nowMs, T)
    await revoked(nowMs + minute, 'T')
    expect(await phone(nowMs, T)).toBe('accepted')
    expect(await uses()).toEqual({})
    await phone(nowMs + 2 * minute, T)
    await pushed(nowMs + 2 * minute, T)
    expect(await uses()).toEqual({ T: 1 })
  })

  it('to a long-term template have no limit until they are revoked', async () => {
    const { store } = current()
    await pushed(nowMs, T)
    await pushed(nowMs, unlimited)
    expect(await uses()).toEqual({ T: null })
    await phone(nowMs + day, T)
    expect(await uses()).toEqual({ T: null })
    const creditQuery = { channel: 'subscribe', kinds: ['subscription'], ref: 'T' } as const
    for (const key of ['1', '2', '3']) {
      const opened = await store.openMessage(message(key, creditQuery))
      if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
      const outcome = key === '2' ? 'givenBack' : 'spent'
      await store.settle({
        id: opened.message.id,
        holder: 'first',
        attempts: 1,
        nowMs,
        credit: { outcome },
        message: { state: 'sent' },
      })
    }
    expect(await uses()).toEqual({ T: null })
    await revoked(nowMs + 2 * day, 'T')
    expect(await uses()).toEqual({})
    await pushed(nowMs + 3 * day, T)
    expect(await uses()).toEqual({ T: 1 })
  })

  it('without a counterpart are deleted after thirty days', async () => {
    await phone(nowMs, T)
    await revoked(nowMs - day, 'U')
    const { store } = current()
    await store.sweep({ nowMs: nowMs + 29 * day })
    await pushed(nowMs, T)
    expect(await uses()).toEqual({ T: 1 })
    await phone(nowMs, T)
    await store.sweep({ nowMs: nowMs + 31 * day })
    await pushed(nowMs, T)
    expect(await uses()).toEqual({ T: 3 })
  })
}
