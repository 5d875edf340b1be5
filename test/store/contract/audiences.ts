/** Whom a broadcast to holders reaches, and who is left out of any. */
import { expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import type {
  BroadcastRow,
  CountAudience,
  CreateBroadcast,
  LeasedRecipient,
  NewCredit,
  OpenAudience,
  UserNumber,
} from '../../../server/store/store.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
import { appId, broadcast, event, form, nowMs, signIn, subscription } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const leaseMs = 90_000
const none: MessageReason = { code: 'user_unknown', detail: '' }
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
    expect(await count()).toEqual({ users: 5 })
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
    expect(first.users + rest.users).toBe(users.length)
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
    expect(await count()).toEqual({ users: 2 })
    expect(await count({ tag: 'autumn' })).toEqual({ users: 1 })
    const row = await opened('1', { tag: 'autumn' })
    expect(openIds((await lease(row)).recipients)).toEqual(['ada'])
  })

  /** As the hash is defined, in numbers without a limit. */
  function heldOut(users: ReadonlyMap<string, UserNumber>, id: string, percent: number) {
    const prime = 2n ** 31n - 1n
    const digest = hash('sha256', id, 'buffer')
    const factor = 1n + (BigInt(digest.readUInt32BE(0)) % (prime - 1n))
    const summand = BigInt(digest.readUInt32BE(4)) % prime
    const isOut = (user: number) =>
      ((BigInt(user) * factor + summand) % prime) * 100n < prime * BigInt(percent)
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
