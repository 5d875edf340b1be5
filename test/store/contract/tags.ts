import { expect, it } from '@jest/globals'
import type { NewCredit } from '../../../server/store/store.ts'
import { appId, day, event, form, message, nowMs, push, signIn, subscription } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function tagPromises(current: Current): void {
  let made = 0
  async function phone(tag: string | undefined, ...credits: NewCredit[]) {
    const { store } = current()
    const tokenHash = Buffer.from(String((made += 1)))
    const user = await store.signIn(signIn('ada', { tokenHash }))
    const record = { type: 'credits', credits, ...(tag !== undefined && { tag }) } as const
    const events = [event(`event-${made}`, record)]
    return store.ingest({ appId, user, nowMs, eventsPerDay: 2_000, events })
  }
  const tags = async () =>
    Object.fromEntries(
      (await current().store.findCredits(appId, 'ada', nowMs)).map((row) => [row.ref, row.tags]),
    )
  const T = subscription('T')

  it('are those of all events that added to the credit, in their order', async () => {
    await phone('late', T, subscription('U'))
    await phone('early', T)
    await phone('early', T)
    await phone(undefined, T)
    await phone('订单, 秋', form('f1'))
    await phone(undefined, form('f2'))
    const expected = { T: ['early', 'late'], U: ['late'], f1: ['订单, 秋'], f2: [] }
    expect(await tags()).toEqual(expected)
  })

  it('are put on a consent that a push has told before', async () => {
    const told = push('p1', { record: { type: 'consents', credits: [T] } })
    await current().store.recordPush(told)
    const [result] = await phone('autumn', T)
    expect(result).toMatchObject({ status: 'accepted' })
    expect(await tags()).toEqual({ T: ['autumn'] })
  })

  it('end with the last use that they were put on', async () => {
    const { store } = current()
    await phone('first', T)
    const sent = await store.openMessage(
      message('1', { channel: 'subscribe', templateId: 'T', kinds: ['subscription'], ref: 'T' }),
    )
    expect(sent.was).toBe('reserved')
    await phone('second', T)
    expect(await tags()).toEqual({ T: ['second'] })
  })

  it('are deleted with their credit', async () => {
    const { store } = current()
    await phone('autumn', form('f1'))
    await store.sweep({ nowMs: nowMs + 7 * day })
    await store.sweep({ nowMs: nowMs + 16 * day })
    await phone(undefined, form('f1'))
    expect(await tags()).toEqual({ f1: [] })
  })
}
