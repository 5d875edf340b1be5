import { expect, it } from '@jest/globals'
import { hour } from '../../../server/rules/time.ts'
import type {
  BroadcastRow,
  MessageId,
  NewCredit,
  OpenMessage,
  PushRecord,
  Settle,
} from '../../../server/store/store.ts'
import {
  appId,
  broadcast,
  day,
  event,
  form,
  message,
  nowMs,
  push,
  signIn,
  subscription,
} from '../builders.ts'
import type { Current } from './store-under-test.ts'

const hourMs = nowMs - (nowMs % hour)
const T = subscription('T')
const bad = { code: 'message_bad', detail: 'bad' } as const
const lost = { code: 'outcome_unknown', detail: 'lost' } as const
const rejected = { code: 'credits_rejected', detail: 'rejected' } as const

const revoked = (): PushRecord => ({ type: 'revoked', templateIds: ['T'] })

const outcomes = {
  sent: { credit: { outcome: 'spent' }, message: { state: 'sent', platformId: '1' } },
  refused: { credit: { outcome: 'givenBack' }, message: { state: 'refused', reason: bad } },
  unknown: { credit: { outcome: 'spent' }, message: { state: 'unknown', reason: lost } },
  dead: {
    credit: { outcome: 'dead', reason: 'rejected' },
    message: { state: 'refused', reason: rejected },
  },
} as const satisfies Record<string, Pick<Settle, 'credit' | 'message'>>

export function tagResultPromises(current: Current): void {
  let made = 0
  async function phone(openId: string, tag: string | undefined, ...credits: NewCredit[]) {
    const { store } = current()
    const tokenHash = Buffer.from(`token ${(made += 1)}`)
    const user = await store.signIn(signIn(openId, { tokenHash }))
    const record = { type: 'credits', credits, ...(tag !== undefined && { tag }) } as const
    const events = [event(`event ${made}`, record)]
    return store.ingest({ appId, user, nowMs, eventsPerDay: 2_000, events })
  }
  async function open(openId: string, mark: string, atMs: number) {
    const { store } = current()
    const tokenHash = Buffer.from(`token ${(made += 1)}`)
    const user = await store.signIn(signIn(openId, { tokenHash }))
    const record = { type: 'share.opened', scene: 1014, page: 'p', shareId: mark } as const
    const events = [event(`open ${made}`, record, { atMs })]
    return store.ingest({ appId, user, nowMs: atMs, eventsPerDay: 2_000, events })
  }
  const request = (openId: string, rest: Partial<OpenMessage> = {}) =>
    message(`key ${(made += 1)}`, {
      openId,
      channel: 'subscribe',
      kinds: ['subscription'],
      ref: 'T',
      ...rest,
    })
  async function begin(openId: string, rest: Partial<OpenMessage> = {}): Promise<MessageId> {
    const opened = await current().store.openMessage(request(openId, rest))
    if (opened.was !== 'reserved') throw new Error(`The message was ${opened.was}.`)
    return opened.message.id
  }
  const end = (id: MessageId, to: keyof typeof outcomes, rest: Partial<Settle> = {}) =>
    current().store.settle({
      id,
      attempts: 1,
      holder: 'first',
      nowMs,
      call: undefined,
      ...outcomes[to],
      ...rest,
    } as Settle)
  async function send(openId: string, to: keyof typeof outcomes, rest: Partial<OpenMessage> = {}) {
    const id = await begin(openId, rest)
    await end(id, to)
    return id
  }
  async function sums(tag: string, sinceMs = 0) {
    const counted: Record<string, number> = {}
    for (const { result, count } of await current().store.findTagResults(appId, tag, sinceMs)) {
      counted[result] = (counted[result] ?? 0) + count
    }
    return counted
  }

  it('count the uses that arose, and what became of the messages that took one', async () => {
    for (const openId of ['ada', 'bob', 'cyd', 'dan']) await phone(openId, 'course', T)
    await phone('eve', undefined, T)
    await send('ada', 'sent')
    await send('bob', 'refused')
    await send('cyd', 'unknown')
    await send('dan', 'dead')
    await send('eve', 'sent')
    expect(await sums('course')).toEqual({ granted: 4, sent: 1, refused: 2, unknown: 1, ended: 1 })
    await send('bob', 'sent')
    expect(await sums('course')).toMatchObject({ granted: 4, sent: 2, refused: 2 })
  })

  it('count a use for each of its tags, and for none that was put on later uses', async () => {
    await phone('ada', 'first', T)
    await phone('ada', 'second', T)
    await send('ada', 'sent')
    await send('ada', 'sent')
    await phone('ada', 'third', T)
    await send('ada', 'sent')
    expect(await sums('first')).toEqual({ granted: 1, sent: 2 })
    expect(await sums('second')).toEqual({ granted: 1, sent: 2 })
    expect(await sums('third')).toEqual({ granted: 1, sent: 1 })
  })

  it('count each report of a right once, and none that was revoked', async () => {
    const { store } = current()
    await store.recordPush(push('p1', { record: { type: 'consents', credits: [T] } }))
    await phone('ada', 'told', T)
    await phone('bob', 'again', form('f1'))
    await phone('bob', 'again', form('f1'))
    await store.recordPush(push('p2', { openId: 'cyd', record: revoked(), atMs: nowMs + 1 }))
    await phone('cyd', 'revoked', T)
    expect([await sums('told'), await sums('again'), await sums('revoked')]).toEqual([
      { granted: 1 },
      { granted: 1 },
      {},
    ])
  })

  it('count what ended unused: revoked, superseded, expired, of an erased user', async () => {
    const { store } = current()
    await phone('ada', 'A', T, T)
    await store.recordPush(push('p1', { record: revoked(), atMs: nowMs + 1 }))
    expect(await sums('A')).toEqual({ granted: 2, ended: 2 })

    await phone('bob', 'B', form('f1', { keepLive: 1, usableUntilMs: nowMs + day }))
    await phone('bob', undefined, form('f2', { keepLive: 1, usableUntilMs: nowMs + 2 * day }))
    expect(await sums('B')).toEqual({ granted: 1, ended: 1 })

    await phone('cyd', 'C', form('f3'), form('f4'))
    await store.sweep({ nowMs: nowMs + 6 * day })
    expect(await sums('C')).toEqual({ granted: 2 })
    await store.sweep({ nowMs: nowMs + 7 * day })
    expect(await sums('C')).toEqual({ granted: 2, ended: 2 })

    await phone('dan', 'D', T, T)
    const id = await begin('dan')
    const ifLeft = { ifQueued: bad, ifSending: lost }
    await store.eraseUser({ appId, openId: 'dan', nowMs, ...ifLeft })
    await end(id, 'sent')
    // The use that was under way ended with the others.
    expect(await sums('D')).toEqual({ granted: 2, ended: 2 })
  })

  it('keep their first outcome where a late reply tells another', async () => {
    await phone('ada', 'course', T)
    const id = await begin('ada')
    await end(id, 'unknown')
    await end(id, 'sent')
    expect(await sums('course')).toEqual({ granted: 1, unknown: 1 })
  })

  it('count the deliveries that WeChat reports, whichever comes first', async () => {
    const { store } = current()
    const report = (openId: string, key: string, reason?: typeof bad) => {
      const delivery = { templateId: 'T', ...(reason && { reason }) }
      const record: PushRecord = { type: 'deliveries', deliveries: [delivery] }
      return store.recordPush(push(key, { openId, record }))
    }
    for (const openId of ['ada', 'bob', 'cyd']) await phone(openId, 'course', T)
    await send('ada', 'sent')
    await report('ada', 'd1')
    await report('ada', 'd2')
    const early = await begin('bob')
    await report('bob', 'd3', bad)
    await end(early, 'sent')
    await send('cyd', 'sent')
    expect(await sums('course')).toEqual({ granted: 3, sent: 3, delivered: 1, undelivered: 1 })
  })

  /** A broadcast, whose recipients are leased. */
  async function broadcasting(key: string, ...openIds: string[]) {
    const { store } = current()
    const created = await store.createBroadcast(broadcast(key))
    if (created.was === 'conflict') throw new Error('The body is the same.')
    const row: BroadcastRow = created.broadcast
    const recipients = openIds.map((openId) => ({ openId }))
    await store.addRecipients({ broadcast: row.number, recipients })
    await store.moveBroadcast({ appId, id: row.id, to: 'start', nowMs })
    const lease = { broadcast: row.number, nowMs, leaseMs: 60_000, limit: 100 }
    const leased = (await store.leaseRecipients(lease)).recipients
    return (ids: Record<string, MessageId>) =>
      store.settleRecipients({
        broadcast: row.number,
        nowMs,
        outcomes: leased.map(({ user, tries, openId }) => ({
          user,
          tries,
          messageId: ids[openId!]!,
          to: { state: 'sent' },
        })),
      })
  }

  it('count who opened the notice of a tagged right, and asked again, once', async () => {
    await phone('ada', 'course', T)
    await phone('bob', 'course', T)
    await phone('cyd', undefined, T)
    const settle = await broadcasting('1', 'ada', 'bob', 'cyd')
    const ids = {
      ada: await send('ada', 'sent'),
      bob: await send('bob', 'sent'),
      cyd: await send('cyd', 'sent'),
    }
    // Bob is faster than the server.
    await open('bob', '1', nowMs - 1)
    await phone('bob', 'next', T)
    await settle(ids)
    for (const openId of ['ada', 'ada', 'bob', 'cyd']) await open(openId, '1', nowMs - 1)
    await phone('ada', 'next', T)
    await phone('ada', 'next', T)
    expect(await sums('course')).toEqual({ granted: 2, sent: 2, opened: 2, renewed: 2 })
    expect(await sums('next')).toEqual({ granted: 3 })
  })

  it('are the same before and after a sweep, by the hour, since a moment', async () => {
    const { store } = current()
    await phone('ada', 'course', T, T)
    await send('ada', 'sent')
    const before = await store.findTagResults(appId, 'course', 0)
    expect(before).toEqual([
      { hourMs, result: 'sent', count: 1 },
      { hourMs, result: 'granted', count: 2 },
    ])
    await store.sweep({ nowMs })
    expect(await store.findTagResults(appId, 'course', 0)).toEqual(before)
    await end(await begin('ada'), 'sent', { nowMs: nowMs + hour })
    await store.sweep({ nowMs })
    expect(await sums('course')).toEqual({ granted: 2, sent: 2 })
    expect(await sums('course', hourMs + hour)).toEqual({ sent: 1 })
    expect(await store.findTagResults('wx0000000000000009', 'course', 0)).toEqual([])
    await store.sweep({ nowMs: nowMs + 181 * day })
    expect(await sums('course')).toEqual({})
  })

  it('are exact where many users of one tag come at once, beside sweeps', async () => {
    const { store } = current()
    const openIds = Array.from({ length: 40 }, (_, n) => `user-${n}`)
    await Promise.all(
      openIds.map(async (openId, n) => {
        await phone(openId, 'all', T, T)
        const sweeping = n % 10 === 0 && store.sweep({ nowMs })
        await Promise.all([send(openId, 'sent'), sweeping])
        await send(openId, 'refused')
      }),
    )
    await store.sweep({ nowMs })
    expect(await sums('all')).toEqual({ granted: 80, sent: 40, refused: 40 })
  })

  it('are listed by their tags, in pages', async () => {
    const { store } = current()
    for (const tag of ['b', '秋天', 'a']) await phone('ada', tag, T)
    await store.sweep({ nowMs })
    await phone('ada', 'c', T)
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.findTags(appId, { limit: 2, sinceMs: 0, ...(cursor && { cursor }) })
      for (const { tag, counts } of page.tags) {
        found.push(tag)
        expect(counts).toEqual([{ result: 'granted', count: 1 }])
      }
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(found).toEqual(['a', 'b', 'c', '秋天'])
    const none = { limit: 2, sinceMs: nowMs + day }
    expect(await store.findTags(appId, none)).toEqual({ tags: [] })
    const other = { limit: 2, sinceMs: 0 }
    expect(await store.findTags('wx0000000000000009', other)).toEqual({ tags: [] })
  })
}
