import { expect, it } from '@jest/globals'
import { broadcastRules } from '../../../server/rules/broadcasts.ts'
import type {
  BroadcastRow,
  CreateBroadcast,
  LeasedRecipient,
  MessageId,
  RecipientOutcome,
} from '../../../server/store/store.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
import { appId, broadcast, day, form, message, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const second = 1_000
const minute = 60 * second
const leaseMs = 90 * second

export function broadcastPromises(current: Current): void {
  async function create(key: string, rest: Partial<CreateBroadcast> = {}): Promise<BroadcastRow> {
    const created = await current().store.createBroadcast(broadcast(key, rest))
    if (created.was === 'conflict') throw new Error('The body is the same.')
    return created.broadcast
  }
  const find = async ({ id }: BroadcastRow) => (await current().store.findBroadcast(appId, id))!
  const move = (row: BroadcastRow, to: 'start' | 'pause' | 'resume' | 'cancel', atMs = nowMs) =>
    current().store.moveBroadcast({ appId, id: row.id, to, nowMs: atMs })
  const lease = async ({ number }: BroadcastRow, rest = {}) =>
    current().store.leaseRecipients({ broadcast: number, nowMs, leaseMs, limit: 100, ...rest })
  const settle = ({ number }: BroadcastRow, outcomes: RecipientOutcome[], atMs = nowMs) =>
    current().store.settleRecipients({ broadcast: number, nowMs: atMs, outcomes })
  const takeOver = () => current().store.takeOverRecipients({ limit: 100, leaseMs })
  const outcome = (
    { user, tries }: LeasedRecipient,
    to: RecipientOutcome['to'],
    messageId?: MessageId,
  ): RecipientOutcome => ({ user, tries, to, ...(messageId && { messageId }) })
  const openIds = (recipients: readonly { openId: string | undefined }[]) =>
    recipients.map(({ openId }) => openId).sort()
  const names = (count: number) => Array.from({ length: count }, (_, n) => `user-${n}`)

  /** A broadcast to a list, which runs. */
  async function running(key: string, recipients: string[], rest: Partial<CreateBroadcast> = {}) {
    const draft = await create(key, rest)
    await current().store.addRecipients({
      broadcast: draft.number,
      recipients: recipients.map((openId) => ({ openId })),
    })
    return (await move(draft, 'start'))!.broadcast
  }

  it('are created once for their key', async () => {
    const sentBy = { keyId: 'k1', requestId: 'r1', network: '10.0.0.0/24' }
    const first = await create('1', { sentBy, plan: '{"n":1}' })
    expect(first).toEqual({
      number: first.number,
      appId,
      id: 'bc_1',
      plan: '{"n":1}',
      state: 'draft',
      createdAtMs: nowMs,
      dueMs: nowMs,
      isOpening: false,
      counts: { recipients: 0, waiting: 0, sent: 0, refused: 0, unknown: 0, heldOut: 0 },
      perMinute: 0,
      sentBy,
    })
    const { store } = current()
    const again = await store.createBroadcast(broadcast('1', { id: 'bc_other', nowMs: nowMs + 1 }))
    expect(again).toEqual({ was: 'replayed', broadcast: first })
    const other = broadcast('1', { bodyHash: Buffer.from('another') })
    expect(await store.createBroadcast(other)).toEqual({ was: 'conflict' })
    expect(await store.findBroadcast('wx1000000000000009', 'bc_1')).toBeUndefined()
  })

  it('are created once by callers at the same time', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((id) => create('1', { id })))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect((await current().store.findBroadcasts(appId, { limit: 10 })).broadcasts).toHaveLength(1)
  })

  it('are listed newest first, in pages and by their state', async () => {
    const rows = [await create('1'), await create('2'), await create('3', { from: 'holders' })]
    const { store } = current()
    const first = await store.findBroadcasts(appId, { limit: 2 })
    expect(first.broadcasts.map(({ id }) => id)).toEqual(['bc_3', 'bc_2'])
    const rest = await store.findBroadcasts(appId, { limit: 2, cursor: first.cursor! })
    expect(rest).toEqual({ broadcasts: [rows[0]] })
    const drafts = await store.findBroadcasts(appId, { limit: 9, state: 'draft' })
    expect(drafts.broadcasts.map(({ id }) => id)).toEqual(['bc_2', 'bc_1'])
    expect((await store.findBroadcasts('wx1000000000000009', { limit: 9 })).broadcasts).toEqual([])
  })

  it('have each user once, whichever parts of an upload name them', async () => {
    const { store } = current()
    await store.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f') })
    const { number, ...draft } = await create('1')
    const add = (...ids: string[]) =>
      store.addRecipients({
        broadcast: number,
        recipients: ids.map((openId, n) => ({ openId, data: `{"n":"${n}"}`, page: `p${n}` })),
      })
    expect(await add('ada', 'bob', 'ada')).toEqual({ added: 2 })
    expect(await Promise.all([add('bob', 'cyd'), add('cyd', 'bob')])).toContainEqual({ added: 1 })
    const row = { number, ...draft }
    expect((await find(row)).counts.recipients).toBe(3)
    await move(row, 'start')
    const { recipients } = await lease(row)
    expect(openIds(recipients)).toEqual(['ada', 'bob', 'cyd'])
    expect(recipients.find(({ openId }) => openId === 'ada')).toMatchObject({
      tries: 0,
      data: '{"n":"0"}',
      page: 'p0',
    })
    expect(await add('dan')).toBeUndefined()
  })

  it('lease each recipient once, also to callers at the same time', async () => {
    const row = await running('1', names(20))
    const leased = await Promise.all([7, 7, 7].map((limit) => lease(row, { limit })))
    let all = leased.flatMap(({ recipients }) => recipients)
    while ((await lease(row, { limit: 0 })).more);
    for (let more = true; more;) {
      const next = await lease(row, { limit: 7 })
      all = [...all, ...next.recipients]
      ;({ more } = next)
    }
    expect(openIds(all)).toEqual(names(20).sort())
  })

  it('count what became of their recipients, each once, and end with the last', async () => {
    const row = await running('1', names(4))
    const { recipients } = await lease(row)
    const [a, b, c, d] = recipients as [LeasedRecipient, ...LeasedRecipient[]]
    const id = (await current().store.openMessage(message('m', { openId: a.openId! }))) as {
      message: { id: MessageId }
    }
    const outcomes = [
      outcome(a, { state: 'sent' }, id.message.id),
      outcome(b!, { state: 'refused', reason: 'no_credit' }),
      outcome(c!, { state: 'unknown', reason: 'outcome_unknown' }),
    ]
    await Promise.all([settle(row, outcomes), settle(row, outcomes)])
    const counts = { recipients: 4, waiting: 1, sent: 1, refused: 1, unknown: 1 }
    expect(await find(row)).toMatchObject({ state: 'running', counts })
    expect(await current().store.countReasons(row.number)).toEqual([
      { state: 'refused', reason: 'no_credit', count: 1 },
      { state: 'unknown', reason: 'outcome_unknown', count: 1 },
    ])
    await settle(row, [outcome(d!, { state: 'refused', reason: 'no_credit' })], nowMs + 5)
    expect(await find(row)).toMatchObject({
      state: 'done',
      endedAtMs: nowMs + 5,
      counts: { waiting: 0, refused: 2 },
    })
    const found = await current().store.findRecipients(row.number, { limit: 10 })
    expect(found.recipients).toContainEqual({
      openId: a.openId,
      state: 'sent',
      messageId: id.message.id,
    })
    const refused = await current().store.findRecipients(row.number, { limit: 1, state: 'refused' })
    expect(refused).toMatchObject({ recipients: [{ state: 'refused', reason: 'no_credit' }] })
    const rest = await current().store.findRecipients(row.number, {
      limit: 1,
      state: 'refused',
      cursor: refused.cursor!,
    })
    expect(rest.recipients).toHaveLength(1)
    expect(rest.cursor).toBeUndefined()
  })

  it('tell how many they settled in a minute', async () => {
    const row = await running('1', names(6))
    const { recipients } = await lease(row)
    const sent = (some: LeasedRecipient[]) => some.map((one) => outcome(one, { state: 'sent' }))
    await settle(row, sent(recipients.slice(0, 2)), nowMs + 30 * second)
    expect((await find(row)).perMinute).toBe(0)
    await settle(row, sent(recipients.slice(2, 4)), nowMs + 90 * second)
    expect((await find(row)).perMinute).toBe(1)
    await settle(row, sent(recipients.slice(4, 5)), nowMs + 150 * second)
    expect((await find(row)).perMinute).toBe(2)
    // A clock that was set back.
    await settle(row, sent(recipients.slice(5)), nowMs)
    expect((await find(row)).state).toBe('done')
  })

  it('without a recipient end at once', async () => {
    const row = await running('1', [])
    await lease(row)
    expect((await find(row)).state).toBe('done')
  })

  it('take a recipient back, and lease them again at their time with another key', async () => {
    const row = await running('1', ['ada', 'bob'])
    const [ada, bob] = (await lease(row)).recipients as [LeasedRecipient, LeasedRecipient]
    const waiting = { state: 'waiting', dueMs: nowMs + minute } as const
    await settle(row, [outcome(ada, waiting), outcome(bob, { state: 'sent' })])
    expect((await find(row)).counts).toMatchObject({ waiting: 1, sent: 1 })
    expect((await lease(row)).recipients).toEqual([])
    const again = await lease(row, { nowMs: nowMs + minute })
    expect(again.recipients).toEqual([{ ...ada, tries: ada.tries + 1 }])
    // What was reported of the first try comes too late.
    await settle(row, [outcome(ada, { state: 'sent' })])
    expect((await find(row)).counts).toMatchObject({ waiting: 1, sent: 1 })
    await settle(
      row,
      again.recipients.map((one) => outcome(one, { state: 'sent' })),
    )
    expect((await find(row)).state).toBe('done')
  })

  it('are taken over from a process that died, and keep the key', async () => {
    const row = await running('1', ['ada', 'bob', 'cyd'])
    const [first] = (await lease(row, { limit: 1 })).recipients
    expect(await takeOver()).toEqual([])
    const store = await current().restart()
    const taken = await store.takeOverRecipients({ limit: 100, leaseMs })
    expect(taken).toEqual([
      { ...first, broadcast: expect.objectContaining({ id: row.id, state: 'running' }) },
    ])
    expect(await store.takeOverRecipients({ limit: 100, leaseMs })).toEqual([])
    const more = await store.leaseRecipients({ broadcast: row.number, nowMs, leaseMs, limit: 9 })
    expect(more.recipients).toHaveLength(2)
  })

  it('look again for a message that is under way', async () => {
    const row = await running('1', ['ada'])
    const [ada] = (await lease(row)).recipients as [LeasedRecipient]
    await settle(row, [outcome(ada, { state: 'sending', dueInMs: 0 })])
    expect(await takeOver()).toMatchObject([{ openId: 'ada', tries: 0 }])
    expect((await find(row)).counts).toMatchObject({ waiting: 1 })
  })

  it('lease nothing while they are paused or held, nor once they are cancelled', async () => {
    const row = await running('1', names(3))
    await current().store.holdBroadcast({
      broadcast: row.number,
      nowMs,
      untilMs: nowMs + minute,
      reason: 'quota',
    })
    expect(await find(row)).toMatchObject({ reason: 'quota', dueMs: nowMs + minute })
    expect((await lease(row)).recipients).toEqual([])
    expect((await lease(row, { nowMs: nowMs + minute, limit: 1 })).recipients).toHaveLength(1)
    expect((await find(row)).reason).toBeUndefined()
    expect(await move(row, 'pause')).toMatchObject({
      changed: true,
      broadcast: { state: 'paused' },
    })
    expect((await lease(row)).recipients).toEqual([])
    expect(await move(row, 'pause')).toMatchObject({ changed: false })
    expect(await move(row, 'resume')).toMatchObject({ broadcast: { state: 'running' } })
    expect((await lease(row, { limit: 1 })).recipients).toHaveLength(1)
    expect(await move(row, 'cancel', nowMs + 7)).toMatchObject({
      broadcast: { state: 'cancelled', endedAtMs: nowMs + 7, counts: { waiting: 3 } },
    })
    expect((await lease(row)).recipients).toEqual([])
    for (const to of ['start', 'pause', 'resume', 'cancel'] as const) {
      expect(await move(row, to)).toMatchObject({ changed: false })
    }
  })

  it('wait for their time, and begin by themselves', async () => {
    const { store } = current()
    const startAtMs = nowMs + day
    const row = await running('1', ['ada'], { startAtMs })
    expect(row).toMatchObject({ state: 'scheduled', startAtMs })
    const due = async (atMs: number) => {
      const rows = await store.findDueBroadcasts({ nowMs: atMs, limit: 9 })
      return rows.map(({ id }) => id)
    }
    expect(await due(startAtMs - 1)).toEqual([])
    expect((await lease(row)).recipients).toEqual([])
    await move(row, 'pause')
    expect(await due(startAtMs)).toEqual([])
    expect(await move(row, 'resume')).toMatchObject({ broadcast: { state: 'scheduled' } })
    expect(await due(startAtMs)).toEqual([row.id])
    expect((await lease(row, { nowMs: startAtMs })).recipients).toHaveLength(1)
    expect(await find(row)).toMatchObject({
      state: 'running',
      startedAtMs: startAtMs,
      deadlineMs: startAtMs + broadcastRules.lastsMs,
    })
  })

  it('take turns', async () => {
    const { store } = current()
    const rows = [await running('1', names(9)), await running('2', names(9))]
    const due = async () => (await store.findDueBroadcasts({ nowMs: nowMs + 9, limit: 1 }))[0]?.id
    expect(await due()).toBe(rows[0]!.id)
    await lease(rows[0]!, { nowMs: nowMs + 1, limit: 1 })
    expect(await due()).toBe(rows[1]!.id)
  })

  it('keep their pace, over all callers', async () => {
    const row = await running('1', names(50))
    const paceMs = 10 * second
    const count = async (atMs: number) =>
      (await lease(row, { nowMs: atMs, paceMs })).recipients.length
    expect(await count(nowMs)).toBe(1)
    expect(await Promise.all([count(nowMs), count(nowMs + paceMs - 1)])).toEqual([0, 0])
    expect((await find(row)).dueMs).toBe(nowMs + paceMs)
    expect(await count(nowMs + paceMs)).toBe(1)
    // A minute in which no process ran is not caught up on.
    expect(await count(nowMs + minute)).toBe(1)
    const fast = { nowMs: nowMs + 2 * minute, paceMs: 100 }
    expect((await lease(row, fast)).recipients).toHaveLength(10)
    expect((await lease(row, fast)).recipients).toHaveLength(0)
  })

  it('refuse whoever waits at their deadline, and end', async () => {
    const row = await running('1', names(4), { deadlineMs: nowMs + minute })
    const [a, b] = (await lease(row, { limit: 2 })).recipients as [LeasedRecipient, LeasedRecipient]
    await settle(row, [outcome(a, { state: 'waiting', dueMs: nowMs + day })])
    const atMs = nowMs + minute
    expect(await lease(row, { nowMs: atMs })).toEqual({
      recipients: [],
      more: true,
      settled: { appId, counts: [{ state: 'refused', reason: 'deadline', count: 3 }] },
    })
    expect((await find(row)).counts).toMatchObject({ waiting: 1, refused: 3 })
    await lease(row, { nowMs: atMs })
    expect((await find(row)).state).toBe('running')
    await settle(row, [outcome(b, { state: 'sent' })], atMs)
    expect((await find(row)).state).toBe('done')
    expect(await current().store.countReasons(row.number)).toEqual([
      { state: 'refused', reason: 'deadline', count: 3 },
    ])
  })

  it('forget a user who is erased, and keep the sums', async () => {
    const { store } = current()
    const row = await running('1', ['ada', 'bob', 'cyd'])
    const leased = (await lease(row, { limit: 2 })).recipients
    const [sent, sending] = leased as [LeasedRecipient, LeasedRecipient]
    await settle(row, [outcome(sent, { state: 'sent' })])
    const none: MessageReason = { code: 'user_unknown', detail: '' }
    const erase = async (openId: string) => {
      const input = { appId, openId, nowMs, ifQueued: none, ifSending: none }
      const user = (await store.eraseUser(input))!
      while ((await store.eraseStep(user)) > 0);
    }
    for (const openId of ['ada', 'bob', 'cyd']) await erase(openId)
    expect((await store.findRecipients(row.number, { limit: 9 })).recipients).toEqual([])
    await settle(row, [outcome(sending, { state: 'sent' })])
    expect(await find(row)).toMatchObject({
      state: 'done',
      counts: { recipients: 3, sent: 1, refused: 1, unknown: 1 },
    })
  })

  it('lease the number of a user who was erased meanwhile without an openId', async () => {
    const { store } = current()
    const row = await running('1', ['ada'])
    const none: MessageReason = { code: 'user_unknown', detail: '' }
    await store.eraseUser({ appId, openId: 'ada', nowMs, ifQueued: none, ifSending: none })
    expect((await lease(row)).recipients).toMatchObject([{ openId: undefined }])
  })

  it('are deleted half a year after their end, with their recipients', async () => {
    const { store } = current()
    const over = await running('1', ['ada'])
    await move(over, 'cancel')
    const live = await running('2', ['ada'])
    await store.sweep({ nowMs: nowMs + 179 * day })
    expect(await find(over)).toBeDefined()
    await store.sweep({ nowMs: nowMs + 181 * day })
    expect(await find(over)).toBeUndefined()
    expect((await store.findRecipients(over.number, { limit: 9 })).recipients).toEqual([])
    expect((await store.findRecipients(live.number, { limit: 9 })).recipients).toHaveLength(1)
  })
}
