import { expect, it } from '@jest/globals'
import { broadcastRules } from '../../../server/rules/broadcasts.ts'
import type {
  BroadcastRow,
  DecodedEvent,
  MessageId,
  NewCredit,
  RecipientOutcome,
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
  submitted,
  subscription,
} from '../builders.ts'
import type { Current } from './store-under-test.ts'

const hour = 3_600_000
const within = broadcastRules.resultWithinMs
const sent = { state: 'sent' } as const

export function broadcastResultPromises(current: Current): void {
  let made = 0
  const sums = async ({ number }: BroadcastRow) => {
    const counted = new Map<string, number>()
    for (const { result, count } of await current().store.findResults(number)) {
      counted.set(result, (counted.get(result) ?? 0) + count)
    }
    return Object.fromEntries(counted)
  }

  /** A broadcast `key`, whose recipients have these outcomes. */
  async function settled(
    key: string,
    outcomes: Record<string, RecipientOutcome['to']>,
    rest: { messageId?: MessageId; atMs?: number; holdout?: number } = {},
  ): Promise<BroadcastRow> {
    const { store } = current()
    const created = await store.createBroadcast(broadcast(key))
    if (created.was === 'conflict') throw new Error('The body is the same.')
    const row = created.broadcast
    const recipients = Object.keys(outcomes).map((openId) => ({ openId }))
    await store.addRecipients({ broadcast: row.number, recipients })
    await store.moveBroadcast({ appId, id: row.id, to: 'start', nowMs })
    const lease = { broadcast: row.number, nowMs, leaseMs: 60_000, limit: 100 }
    const leased = (await store.leaseRecipients(lease)).recipients
    const { messageId, atMs = nowMs } = rest
    await store.settleRecipients({
      broadcast: row.number,
      nowMs: atMs,
      outcomes: leased.map(({ user, tries, openId }) => ({
        user,
        tries,
        to: outcomes[openId!]!,
        ...(messageId !== undefined && { messageId }),
      })),
    })
    return row
  }

  async function report(openId: string, atMs: number, ...events: DecodedEvent[]) {
    const { store } = current()
    const tokenHash = Buffer.from(`token ${(made += 1)}`)
    const user = await store.signIn(signIn(openId, { tokenHash }))
    const timed = events.map((one) => ({ ...one, atMs }))
    return store.ingest({ appId, user, nowMs: atMs, eventsPerDay: 100, events: timed })
  }
  const notice = (mark: string, scene = 1014) =>
    event(`open ${(made += 1)}`, { type: 'share.opened', scene, page: 'p', shareId: mark })
  const earned = (credit: NewCredit) => submitted(`earn ${(made += 1)}`, credit)

  it('are what became of its recipients, by the hour', async () => {
    const row = await settled('1', {
      ada: sent,
      bob: sent,
      cyd: { state: 'refused', reason: 'no_credit' },
      dan: { state: 'unknown', reason: 'outcome_unknown' },
    })
    const hourMs = nowMs - (nowMs % hour)
    expect(await current().store.findResults(row.number)).toEqual([
      { hourMs, result: 'sent', count: 2 },
      { hourMs, result: 'refused', count: 1 },
      { hourMs, result: 'unknown', count: 1 },
    ])
  })

  it('count who opened the notice, once, from the scenes of notices alone', async () => {
    const row = await settled('1', { ada: sent, bob: sent, cyd: sent })
    await report('ada', nowMs + 1, notice('1'))
    await report('ada', nowMs + 2, notice('1', 1107))
    await report('bob', nowMs + 1, notice('1', 1007), notice('1', 1089), notice('none'))
    await report('eve', nowMs + 1, notice('1'))
    expect(await sums(row)).toEqual({ sent: 3, opened: 1 })
    await report('cyd', nowMs + hour, notice('1', 1107))
    expect(await sums(row)).toEqual({ sent: 3, opened: 2 })
    const { recipients } = await current().store.findRecipients(row.number, { limit: 9 })
    const openedAt = recipients.map(({ openId, openedAtMs }) => [openId, openedAtMs])
    expect(Object.fromEntries(openedAt)).toEqual({
      ada: nowMs + 1,
      bob: undefined,
      cyd: nowMs + hour,
    })
  })

  it('count openings within seven days of the message', async () => {
    const row = await settled('1', { ada: sent, bob: sent })
    await report('ada', nowMs + within, notice('1'))
    expect(await sums(row)).toEqual({ sent: 2 })
    await report('bob', nowMs + within - 1, notice('1'))
    expect(await sums(row)).toEqual({ sent: 2, opened: 1 })
  })

  it('count the opening of a message whose outcome is unknown, and of none refused', async () => {
    const row = await settled('1', {
      ada: { state: 'unknown' },
      bob: { state: 'refused', reason: 'no_credit' },
      cyd: { state: 'sending', dueInMs: 1 },
    })
    for (const openId of ['ada', 'bob', 'cyd']) await report(openId, nowMs + 1, notice('1'))
    expect(await sums(row)).toEqual({ refused: 1, unknown: 1, opened: 2 })
    const { recipients } = await current().store.findRecipients(row.number, { limit: 9 })
    const ada = recipients.find(({ openId }) => openId === 'ada')
    expect(ada).toMatchObject({ state: 'unknown', openedAtMs: nowMs + 1 })
  })

  it('count openings of their own app alone', async () => {
    const row = await settled('1', { ada: sent })
    const { store } = current()
    const other = 'wx1000000000000009'
    const user = await store.signIn(signIn('ada', { appId: other }))
    await store.ingest({ appId: other, user, nowMs, eventsPerDay: 9, events: [notice('1')] })
    expect(await sums(row)).toEqual({ sent: 1 })
  })

  it('count one right that arose within seven days after an opening', async () => {
    const row = await settled('1', { ada: sent, bob: sent, cyd: sent, dan: sent })
    await report('ada', nowMs, earned(form('before')))
    await report('ada', nowMs + 1, notice('1'), earned(subscription('T')))
    await report('ada', nowMs + 2, earned(form('again')))
    expect(await sums(row)).toEqual({ sent: 4, opened: 1, renewed: 1 })
    await report('bob', nowMs + 1, notice('1'))
    await report('bob', nowMs + 2, earned(form('of bob')))
    expect(await sums(row)).toEqual({ sent: 4, opened: 2, renewed: 2 })
    await report('cyd', nowMs + 1, notice('1'))
    await report('cyd', nowMs + 1 + within, earned(form('too late')))
    await report('dan', nowMs + 1, earned(form('not opened')))
    expect(await sums(row)).toEqual({ sent: 4, opened: 3, renewed: 2 })
  })

  it('count a consent that a push alone reports, and not again when the phone does', async () => {
    const row = await settled('1', { ada: sent, bob: sent })
    const { store } = current()
    const consents = (key: string, openId: string, atMs: number) => {
      const record = { type: 'consents' as const, credits: [subscription('T')] }
      return store.recordPush(push(key, { openId, record, atMs, nowMs: atMs }))
    }
    await report('ada', nowMs + 1, notice('1'))
    await consents('p1', 'ada', nowMs + 2)
    await consents('p2', 'bob', nowMs + 2)
    expect(await sums(row)).toEqual({ sent: 2, opened: 1, renewed: 1 })
    await report('ada', nowMs + 3, earned(subscription('T')))
    await consents('p3', 'ada', nowMs + 4)
    expect(await sums(row)).toEqual({ sent: 2, opened: 1, renewed: 1 })
    await report('bob', nowMs + 5, notice('1'))
    await consents('p4', 'bob', nowMs + 5 + within)
    expect(await sums(row)).toEqual({ sent: 2, opened: 2, renewed: 1 })
  })

  it('count a right for the broadcast that was opened last', async () => {
    const first = await settled('1', { ada: sent })
    const second = await settled('2', { ada: sent })
    await report('ada', nowMs + 1, notice('1'))
    await report('ada', nowMs + 2, notice('2'))
    await report('ada', nowMs + 3, earned(form('f1')), earned(form('f2')))
    expect(await sums(first)).toEqual({ sent: 1, opened: 1 })
    expect(await sums(second)).toEqual({ sent: 1, opened: 1, renewed: 1 })
  })

  it('count no event twice that comes again', async () => {
    const row = await settled('1', { ada: sent })
    const events = [notice('1'), earned(form('f1'))]
    await report('ada', nowMs + 1, ...events)
    await report('ada', nowMs + 2, ...events)
    expect(await sums(row)).toEqual({ sent: 1, opened: 1, renewed: 1 })
  })

  it('count openings and rights that come at the same time', async () => {
    const users = Array.from({ length: 12 }, (_, n) => `user-${n}`)
    const outcomes = Object.fromEntries(users.map((openId) => [openId, sent]))
    const rows = [await settled('1', outcomes), await settled('2', outcomes)]
    await Promise.all(
      users.map((openId, n) =>
        report(openId, nowMs + 1, notice(String(1 + (n % 2))), earned(form(openId))),
      ),
    )
    for (const row of rows) expect(await sums(row)).toEqual({ sent: 12, opened: 6, renewed: 6 })
  })

  async function sentMessage(): Promise<MessageId> {
    const { store } = current()
    await store.recordCredit({ appId, openId: 'ada', nowMs, credit: subscription('T') })
    const of = { channel: 'subscribe', kinds: ['subscription'], ref: 'T', templateId: 'T' } as const
    const opened = await store.openMessage(message('m', of))
    if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
    const { id } = opened.message
    const spent = { credit: { outcome: 'spent' }, message: sent } as const
    await store.settle({ id, holder: 'first', attempts: 1, nowMs, ...spent })
    return id
  }
  const delivered = (reason?: MessageReason) =>
    current().store.recordPush(
      push(`delivery ${(made += 1)}`, {
        record: {
          type: 'deliveries',
          deliveries: [{ templateId: 'T', ...(reason && { reason }) }],
        },
      }),
    )

  it("count WeChat's reports of deliveries, before and after the outcome is written", async () => {
    const messageId = await sentMessage()
    const row = await settled('1', { ada: sent }, { messageId })
    await delivered()
    await delivered()
    expect(await sums(row)).toEqual({ sent: 1, delivered: 1 })
  })

  it('count a report that came before the recipient was settled', async () => {
    const messageId = await sentMessage()
    await delivered({ code: 'user_unknown', detail: 'refused' })
    const row = await settled('1', { ada: sent }, { messageId })
    expect(await sums(row)).toEqual({ sent: 1, undelivered: 1 })
  })

  it('stay when a user is erased, whose later events count nothing', async () => {
    const { store } = current()
    const row = await settled('1', { ada: sent, bob: sent })
    await report('ada', nowMs + 1, notice('1'))
    const none: MessageReason = { code: 'user_unknown', detail: '' }
    const of = { appId, openId: 'ada', nowMs, ifQueued: none, ifSending: none }
    const user = (await store.eraseUser(of))!
    while ((await store.eraseStep(user)) > 0);
    await report('ada', nowMs + 2, notice('1'), earned(form('f1')))
    expect(await sums(row)).toEqual({ sent: 2, opened: 1 })
  })

  it('compare who was held out with who was sent to', async () => {
    const { store } = current()
    const users = Array.from({ length: 40 }, (_, n) => `user-${n}`)
    const created = await store.createBroadcast(broadcast('1'))
    if (created.was === 'conflict') throw new Error('The body is the same.')
    const { number, id } = created.broadcast
    const recipients = users.map((openId) => ({ openId }))
    await store.addRecipients({ broadcast: number, recipients, holdout: 50 })
    await store.moveBroadcast({ appId, id, to: 'start', nowMs })
    const { counts } = (await store.findBroadcast(appId, id))!
    const lease = { broadcast: number, nowMs, leaseMs: 60_000, limit: 100 }
    const leased = (await store.leaseRecipients(lease)).recipients
    const outcomes = leased.map(({ user, tries }) => ({ user, tries, to: sent }))
    await store.settleRecipients({ broadcast: number, nowMs, outcomes })
    const [one, other] = leased.map(({ openId }) => openId!) as [string, string]
    const heldOut = users.find((openId) => leased.every((known) => known.openId !== openId))!
    await report(one, nowMs + 1, notice('1'))
    await report(other, nowMs - 1, earned(form('before')))
    await report(heldOut, nowMs + day, earned(form('held out')))
    expect(await store.compareHeldOut({ broadcast: number, fromMs: nowMs })).toEqual({
      heldOut: { users: counts.heldOut, active: 1 },
      sent: { users: 40 - counts.heldOut, active: 1 },
    })
  })

  it('are deleted with the broadcast', async () => {
    const { store } = current()
    const row = await settled('1', { ada: sent })
    const later = nowMs + 200 * day
    for (let step = 0; step < 9; step += 1) await store.sweep({ nowMs: later })
    expect(await store.findBroadcast(appId, row.id)).toBeUndefined()
    expect(await sums(row)).toEqual({})
  })
}
