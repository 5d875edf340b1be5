/** Whom a broadcast to holders reaches, and who is left out of any. */
import { expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import type {
  BroadcastRow,
  CountAudience,
  CreateBroadcast,
  DecodedEvent,
  EventRecord,
  LeasedRecipient,
  NewCredit,
  OpenAudience,
  UserNumber,
} from '../../../server/store/store.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
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

type ShareOpened = Extract<EventRecord, { type: 'share.opened' }>

const leaseMs = 90_000
const none: MessageReason = { code: 'user_unknown', detail: '' }
const refusedNobody = { user_limit: 0, no_credit: 0, user_unknown: 0 }
const reach = (reachable: number) => ({ reachable, unlimited: 0, refused: refusedNobody })
const ofTemplate = { kinds: ['subscription'], ref: 'T', step: 10 } as const

export function audiencePromises(current: Current): void {
  async function create(key: string, rest: Partial<CreateBroadcast> = {}): Promise<BroadcastRow> {
    const created = await current().store.createBroadcast(broadcast(key, rest))
    if (created.was === 'conflict') throw new Error('The body is the same.')
    return created.broadcast
  }
  const find = async ({ id }: BroadcastRow) => (await current().store.findBroadcast(appId, id))!
  const lease = async ({ number }: BroadcastRow, rest = {}) =>
    current().store.leaseRecipients({ broadcast: number, nowMs, leaseMs, limit: 500, ...rest })
  const record = (openId: string, credit: NewCredit = subscription('T')) =>
    current().store.recordCredit({ appId, openId, nowMs, credit })
  const openIds = (recipients: readonly { openId: string | undefined }[]) =>
    recipients.map(({ openId }) => openId).sort()
  const names = (size: number) => Array.from({ length: size }, (_, n) => `user-${n}`)
  const count = (rest: Partial<CountAudience> = {}) =>
    current().store.countAudience({ appId, nowMs, ...ofTemplate, ...rest })

  async function opened(key: string, rest: Partial<OpenAudience> = {}): Promise<BroadcastRow> {
    const row = await create(key, { from: 'holders' })
    const input = { broadcast: row.number, nowMs, ...ofTemplate, ...rest }
    while (await current().store.openAudience(input));
    return find(row)
  }

  it('are those who hold a credit that can be used', async () => {
    const { store } = current()
    for (const openId of names(5)) await record(openId)
    await record('other-template', subscription('S'))
    await record('over', { ...subscription('T'), usableUntilMs: nowMs })
    await record('erased')
    await store.recordCredit({
      appId: 'wx1000000000000009',
      openId: 'of-another-app',
      nowMs,
      credit: subscription('T'),
    })
    await store.eraseUser({ appId, openId: 'erased', nowMs, ifQueued: none, ifSending: none })
    expect(await count()).toEqual(reach(5))
    const row = await create('1', { from: 'holders' })
    expect(row).toMatchObject({ state: 'running', isOpening: true, startedAtMs: nowMs })
    expect(await lease(row)).toEqual({ recipients: [], more: false })
    const complete = await opened('1')
    expect(complete).toMatchObject({ isOpening: false, counts: { recipients: 5, waiting: 5 } })
    expect(openIds((await lease(row)).recipients)).toEqual(names(5))
  })

  it('are found step by step', async () => {
    const { store } = current()
    const users = names(9)
    for (const openId of users) {
      await Promise.all(['f-1', 'f-2'].map((ref) => record(openId, form(ref))))
    }
    const row = await create('1', { from: 'holders' })
    const held = { kinds: ['form'], ref: undefined, step: 10 } as const
    const input = { broadcast: row.number, nowMs, kinds: held.kinds, step: held.step }
    expect(await store.openAudience(input)).toBe(true)
    const { counts, isOpening } = await find(row)
    expect(isOpening).toBe(true)
    expect(counts.recipients).toBeLessThan(users.length)
    while (await store.openAudience(input));
    expect((await find(row)).counts.recipients).toBe(users.length)
    const forms = { appId, nowMs, kinds: held.kinds, step: held.step }
    const first = await store.countAudience(forms)
    const rest = await store.countAudience({ ...forms, after: first.next })
    expect(first.reachable + rest.reachable).toBe(users.length)
    expect(rest.next).toBeUndefined()
  })

  it('are the users with a right that has the tag', async () => {
    const { store } = current()
    for (const [openId, tag] of [
      ['ada', 'autumn'],
      ['bob', 'spring'],
    ] as const) {
      const user = await store.signIn(signIn(openId))
      const credits = [subscription('T')]
      const events = [event(`event-${openId}`, { type: 'credits', credits, tag })]
      await store.ingest({ appId, user, nowMs, eventsPerDay: 2_000, events })
    }
    expect(await count()).toEqual(reach(2))
    expect(await count({ tag: 'autumn' })).toEqual(reach(1))
    const row = await opened('1', { tag: 'autumn' })
    expect(openIds((await lease(row)).recipients)).toEqual(['ada'])
  })

  const phone = async (openId: string, events: DecodedEvent[] = [], atMs = nowMs) => {
    const { store } = current()
    const user = (await store.findUser(appId, openId)) ?? (await store.signIn(signIn(openId)))
    const input = { appId, user, nowMs: atMs, eventsPerDay: 2_000, events }
    if (events.length > 0) await store.ingest(input)
    return user
  }
  const consented = (id: string) => event(id, { type: 'credits', credits: [subscription('T')] })
  const arrived = (id: string, rest: Partial<ShareOpened> = {}) =>
    event(id, { type: 'share.opened', scene: 1044, page: 'pages/a', ...rest })
  const reached = async (rest: Partial<OpenAudience>) => {
    const { reachable } = await count(rest)
    key += 1
    const row = await opened(`narrowed-${key}`, rest)
    const users = openIds((await lease(row)).recipients)
    expect(users).toHaveLength(reachable)
    return users
  }
  let key = 0

  it('are active since a moment by an event, a push or an arrival, and no delivery', async () => {
    const { store } = current()
    const sinceMs = nowMs - 10 * 60_000
    for (const openId of ['by-push', 'by-report', 'never']) await record(openId)
    await phone('by-event', [consented('e-1')], sinceMs)
    await phone('before', [consented('e-2')], sinceMs - 1)
    await phone('days-ago', [consented('e-3')], sinceMs - 3 * day)
    await phone('by-arrival', [consented('e-4')], sinceMs - 2 * day)
    await phone('by-arrival', [arrived('e-5')], sinceMs + 1)
    await store.recordPush(push('p-1', { openId: 'by-push', nowMs: sinceMs }))
    await store.recordPush(push('p-2', { openId: 'before', nowMs: sinceMs - 1 }))
    const type = 'subscribe_msg_sent_event'
    await store.recordPush(push('p-3', { openId: 'by-report', type, nowMs: sinceMs + 1 }))
    expect(await reached({})).toHaveLength(7)
    const active = { activeSinceMs: sinceMs }
    expect(await reached(active)).toEqual(['by-arrival', 'by-event', 'by-push'])
    expect(await reached({ activeSinceMs: sinceMs - 1 })).toContain('before')
    expect(await reached({ activeSinceMs: sinceMs - 3 * day - 1 })).toContain('days-ago')
    expect(await reached({ activeSinceMs: nowMs + 1 })).toEqual([])
    await store.eraseUser({
      appId,
      openId: 'by-event',
      nowMs,
      ifQueued: none,
      ifSending: none,
    })
    expect(await reached(active)).toEqual(['by-arrival', 'by-push'])
  })

  it('are active on the whole day where its events are deleted', async () => {
    const longAgoMs = nowMs - 40 * day
    const begins = longAgoMs - (longAgoMs % day)
    await phone('ada', [consented('e-1')], begins + 1)
    await current().store.sweep({ nowMs })
    expect(await reached({ activeSinceMs: begins + 2 })).toEqual(['ada'])
    expect(await reached({ activeSinceMs: begins + day })).toEqual([])
  })

  it('are the members of a group, and those who came by a share', async () => {
    const { store } = current()
    const openGId = 'group-1'
    const groupOf = (id: string) => ({ group: { openGId: id } })
    const shareId = 'share-0001'
    await phone('member', [consented('e-1'), arrived('a-1', groupOf(openGId))])
    await phone('both', [consented('e-2'), arrived('a-2', { shareId, ...groupOf(openGId) })])
    await phone('comer', [consented('e-3'), arrived('a-3', { shareId })])
    await phone('comer', [arrived('a-4', { shareId })])
    await phone('other', [arrived('a-5', { shareId: 'share-0002', ...groupOf('group-2') })])
    await phone('without-right', [arrived('a-6', { shareId, ...groupOf(openGId) })])
    await record('other')
    expect(await reached({ openGId })).toEqual(['both', 'member'])
    expect(await reached({ shareId })).toEqual(['both', 'comer'])
    expect(await reached({ openGId, shareId })).toEqual(['both'])
    expect(await reached({ openGId, tag: 'none' })).toEqual([])
    expect(await reached({ openGId: 'group-3' })).toEqual([])
    expect(await reached({ shareId: 'share-0003' })).toEqual([])
    // An id of one app says nothing in another.
    const elsewhere = 'wx1000000000000009'
    await store.recordCredit({
      appId: elsewhere,
      openId: 'both',
      nowMs,
      credit: subscription('T'),
    })
    expect(await count({ appId: elsewhere, openGId })).toEqual(reach(0))
    await store.eraseUser({ appId, openId: 'both', nowMs, ifQueued: none, ifSending: none })
    expect(await reached({ openGId })).toEqual(['member'])
  })

  /** Sent as many messages as a day allows. */
  async function reachLimit(openId: string, perDay: { day: number; most: number }) {
    const ifOver: MessageReason = { code: 'user_limit', detail: '' }
    await record(openId, form('of-limit'))
    const sent = await current().store.openMessage(
      message(`to-${openId}`, { openId, limit: { perDay: { ...perDay, ifOver } } }),
    )
    expect(sent.was).toBe('reserved')
  }

  it('are counted apart where the limit of a day refuses them, or nothing is used up', async () => {
    const perDay = { day: 7, most: 1 }
    for (const openId of names(3)) await record(openId)
    await record('long-term', { ...subscription('T'), uses: null })
    await reachLimit('user-0', perDay)
    expect(await count({ perDay })).toEqual({
      reachable: 3,
      unlimited: 1,
      refused: { ...refusedNobody, user_limit: 1 },
    })
    expect(await count({ perDay: { day: 8, most: 1 } })).toMatchObject({ reachable: 4 })
    expect(await count({ perDay: { day: 7, most: 2 } })).toMatchObject({ reachable: 4 })
  })

  it('of a list are counted by why they would be refused, in steps', async () => {
    const { store } = current()
    const perDay = { day: 7, most: 1 }
    const row = await create('1')
    const users = names(12)
    await store.addRecipients({
      broadcast: row.number,
      recipients: users.map((openId) => ({ openId })),
    })
    for (const openId of users.slice(0, 5)) await record(openId)
    await record('user-0', { ...subscription('T'), uses: 2 })
    await record('user-5', subscription('S'))
    await record('user-6', { ...subscription('T'), usableUntilMs: nowMs })
    await reachLimit('user-1', perDay)
    await reachLimit('user-7', perDay)
    await store.eraseUser({ appId, openId: 'user-8', nowMs, ifQueued: none, ifSending: none })
    const input = { broadcast: row.number, nowMs, ...ofTemplate, perDay }
    const whole = {
      reachable: 4,
      unlimited: 0,
      refused: { user_limit: 2, no_credit: 5, user_unknown: 1 },
    }
    expect(await store.countWaiting({ ...input, step: 100 })).toEqual(whole)
    const sum = { reachable: 0, unlimited: 0, refused: { ...refusedNobody } }
    let steps = 0
    for (let after: number | undefined; steps === 0 || after !== undefined; steps += 1) {
      const step = await store.countWaiting({ ...input, step: 5, after })
      sum.reachable += step.reachable
      for (const name of ['user_limit', 'no_credit', 'user_unknown'] as const) {
        sum.refused[name] += step.refused[name]
      }
      after = step.next
    }
    expect([steps, sum]).toEqual([3, whole])
    await store.moveBroadcast({ appId, id: row.id, to: 'start', nowMs })
    await lease(row, { limit: 12 })
    expect(await store.countWaiting({ ...input, step: 100 })).toEqual(reach(0))
  })

  /** As the hash is defined, in numbers without a limit. */
  function heldOut(users: ReadonlyMap<string, UserNumber>, id: string, percent: number) {
    const prime = 2n ** 31n - 1n
    const digest = hash('sha256', id, 'buffer')
    const [first, second] = [digest.readUInt32BE(0), digest.readUInt32BE(4)].map(BigInt)
    const isOut = (user: number) => {
      const squared = ((BigInt(user) + (first! % prime)) ** 2n + second!) % prime
      return (squared ** 2n % prime) * 100n < prime * BigInt(percent)
    }
    return [...users].flatMap(([openId, user]) => (isOut(user) ? [openId] : [])).sort()
  }

  async function signInAll(size: number): Promise<Map<string, UserNumber>> {
    const users = new Map<string, UserNumber>()
    for (const openId of names(size)) {
      users.set(openId, await current().store.signIn(signIn(openId)))
    }
    return users
  }

  async function leaseAll(row: BroadcastRow): Promise<LeasedRecipient[]> {
    const all: LeasedRecipient[] = []
    for (;;) {
      const { recipients } = await lease(row, { limit: 7 })
      if (recipients.length === 0) return all
      all.push(...recipients)
    }
  }

  const settle = ({ number }: BroadcastRow, recipients: readonly LeasedRecipient[]) =>
    current().store.settleRecipients({
      broadcast: number,
      nowMs,
      outcomes: recipients.map(({ user, tries }) => ({ user, tries, to: { state: 'sent' } })),
    })

  const listed = async ({ number }: BroadcastRow) => {
    const page = { limit: 500, state: 'heldOut' } as const
    return openIds((await current().store.findRecipients(number, page)).recipients)
  }

  it('leave out a share of the holders, who are never leased, and end without them', async () => {
    const users = await signInAll(120)
    for (const openId of users.keys()) await record(openId)
    const row = await opened('1', { holdout: 25 })
    const out = heldOut(users, row.id, 25)
    expect(out.length).toBeGreaterThan(5)
    expect(out.length).toBeLessThan(60)
    expect(row.counts).toMatchObject({
      recipients: 120,
      waiting: 120 - out.length,
      heldOut: out.length,
    })
    expect(await listed(row)).toEqual(out)
    const leased = await leaseAll(row)
    expect(openIds(leased)).toEqual([...users.keys()].filter((id) => !out.includes(id)).sort())
    await settle(row, leased)
    expect(await find(row)).toMatchObject({
      state: 'done',
      perMinute: 0,
      counts: { recipients: 120, waiting: 0, sent: 120 - out.length, heldOut: out.length },
    })
    const second = await opened('2', { holdout: 25 })
    expect(await listed(second)).toEqual(heldOut(users, second.id, 25))
    expect(await listed(second)).not.toEqual(out)
  })

  it('leave out a share of a list, whichever parts name them, without their fields', async () => {
    const { store } = current()
    const users = await signInAll(60)
    const row = await create('1')
    const recipients = [...users.keys()].map((openId) => ({ openId, data: '{"n":"1"}', page: 'p' }))
    for (const part of [recipients.slice(0, 40), recipients.slice(20)]) {
      await store.addRecipients({ broadcast: row.number, recipients: part, holdout: 50 })
    }
    const out = heldOut(users, row.id, 50)
    expect(out.length).toBeGreaterThan(5)
    expect((await find(row)).counts).toMatchObject({
      recipients: 60,
      waiting: 60 - out.length,
      heldOut: out.length,
    })
    expect(await listed(row)).toEqual(out)
    const ofOut = await store.findExported({ user: users.get(out[0]!)!, part: 'broadcasts' })
    expect(ofOut.rows).toEqual([{ broadcastId: row.id, state: 'heldOut' }])
    await store.moveBroadcast({ appId, id: row.id, to: 'start', nowMs })
    const leased = await leaseAll(row)
    expect(leased).toHaveLength(60 - out.length)
    expect(leased).toContainEqual(expect.objectContaining({ data: '{"n":"1"}', page: 'p' }))
  })

  it('refuse at their deadline only those who wait, and forget who was left out', async () => {
    const { store } = current()
    const users = await signInAll(40)
    for (const openId of users.keys()) await record(openId)
    const row = await opened('1', { holdout: 50 })
    const out = heldOut(users, row.id, 50)
    const lateMs = row.deadlineMs!
    while ((await lease(row, { nowMs: lateMs })).more);
    const counts = { recipients: 40, waiting: 0, refused: 40 - out.length, heldOut: out.length }
    expect(await find(row)).toMatchObject({ state: 'done', counts })
    const openId = out[0]!
    const user = (await store.eraseUser({
      appId,
      openId,
      nowMs,
      ifQueued: none,
      ifSending: none,
    }))!
    while ((await store.eraseStep(user)) > 0);
    expect(await listed(row)).toEqual(out.slice(1))
    expect(await find(row)).toMatchObject({ counts })
  })
}
