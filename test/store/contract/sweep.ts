import { expect, it } from '@jest/globals'
import { appId, day, event, form, hashOf, message, nowMs, signIn, submitted } from '../builders.ts'
import { expectSums } from '../sums.ts'
import type { Current } from './store-under-test.ts'

export function sweepPromises(current: Current): void {
  const sweep = (days: number) => current().store.sweep({ nowMs: nowMs + days * day })
  const record = (ref: string) =>
    current().store.recordCredit({ appId, openId: 'ada', nowMs, credit: form(ref) })

  async function open(key: string, days: number) {
    const opened = await current().store.openMessage(message(key, { nowMs: nowMs + days * day }))
    if (opened.was === 'conflict') throw new Error('The body is the same.')
    return opened.message.id
  }

  it('changes nothing while nothing has ended', async () => {
    await record('f1')
    await current().store.signIn(signIn('ada'))
    expect(await sweep(0)).toBe(0)
  })

  it('ends after the running step when it is aborted', async () => {
    await record('f1')
    const abort = new AbortController()
    const sweeping = current().store.sweep({ nowMs: nowMs + 7 * day, signal: abort.signal })
    abort.abort()
    expect(await sweeping).toBe(0)
    expect(await sweep(7)).toBe(1)
  })

  it('writes the end of a credit to the history, and deletes both eight days later', async () => {
    const { store } = current()
    await record('f1')
    await sweep(7)
    const history = await store.findHistory(appId, 'ada')
    expect(history.map(({ change, usesDelta }) => [change, usesDelta])).toEqual([
      ['recorded', 1],
      ['expired', -1],
    ])
    await expectSums(store, appId, 'ada')
    expect(await record('f1')).toBe('duplicate')
    await sweep(16)
    expect(await store.findHistory(appId, 'ada')).toEqual([])
  })

  it('keeps a credit that a message holds, whatever its age', async () => {
    const { store } = current()
    await record('f1')
    const opened = await store.openMessage(message('1'))
    await sweep(30)
    expect(opened.was === 'reserved' && (await store.findHistory(appId, 'ada')).length).toBe(2)
  })

  it('deletes the payload of a message after seven days, and keeps the message', async () => {
    const { store } = current()
    const opened = await store.openMessage(message('1'))
    if (opened.was !== 'refused') throw new Error('There is no credit.')
    await sweep(8)
    const found = await store.findMessage(appId, opened.message.id)
    expect(found).toEqual({ ...opened.message, payload: undefined })
  })

  it('deletes a message after 180 days, unless the search for another key passes it', async () => {
    const { store } = current()
    const first = await open('1', 0)
    const second = await open('1', 178)
    expect(second).not.toBe(first)
    await sweep(181)
    expect(await store.findMessage(appId, first)).toBeDefined()
    const again = { nowMs: nowMs + 182 * day }
    expect(await store.openMessage(message('1', again))).toMatchObject({
      was: 'replayed',
      message: { id: second },
    })
    await sweep(400)
    await sweep(400)
    expect(await store.findMessage(appId, first)).toBeUndefined()
    expect(await store.findMessage(appId, second)).toBeUndefined()
  })

  it('keeps a message under way, whatever its age', async () => {
    const { store } = current()
    await record('f1')
    const id = await open('1', 0)
    await sweep(300)
    expect(await store.findMessage(appId, id)).toMatchObject({ state: 'sending' })
  })

  it('deletes session keys three days after their replacement, never the current one', async () => {
    const { store } = current()
    const key = (name: string, days: number) =>
      store.signIn(
        signIn('ada', {
          sealedKey: Buffer.from(name),
          tokenHash: hashOf(name),
          nowMs: nowMs + days * day,
        }),
      )
    const user = await key('first', 0)
    const left = async () => (await store.findSessionKeys(user, 0)).map(String)
    await sweep(20)
    expect(await left()).toEqual(['first'])
    await key('second', 20)
    await key('third', 22)
    await sweep(23)
    expect(await left()).toEqual(['third', 'second', 'first'])
    await sweep(24)
    expect(await left()).toEqual(['third', 'second'])
    await sweep(60)
    expect(await left()).toEqual(['third'])
  })

  it('deletes ended sessions', async () => {
    const { store } = current()
    await store.signIn(signIn('ada'))
    await sweep(4)
    expect(await store.findSession(hashOf('token of ada'), nowMs)).toBeDefined()
    await sweep(30)
    expect(await store.findSession(hashOf('token of ada'), nowMs)).toBeUndefined()
  })

  it('deletes events after 30 days and arrivals after 180', async () => {
    const { store } = current()
    const user = await store.signIn(signIn('ada'))
    const opened = event('event-01', {
      type: 'share.opened',
      scene: 1044,
      page: 'p',
      group: { openGId: 'G' },
    })
    const events = [opened, submitted('event-02', form('f1'))]
    await store.ingest({ appId, user, nowMs, eventsPerDay: 9, events })
    await sweep(31)
    const group = () => store.findGroup(appId, 'G', { limit: 10 })
    expect((await group())?.arrivals).toHaveLength(1)
    const [again] = await store.ingest({
      appId,
      user,
      nowMs,
      eventsPerDay: 9,
      events: [events[1]!],
    })
    expect(again?.status).toBe('accepted')
    await sweep(181)
    expect(await group()).toMatchObject({ arrivals: [], memberCount: 1 })
  })
}
