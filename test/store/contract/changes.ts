import { expect, it } from '@jest/globals'
import { changeRules } from '../../../server/rules/changes.ts'
import type { Change, PushRecord } from '../../../server/store/store.ts'
import { appId, day, event, form, message, nowMs, push } from '../builders.ts'
import { signIn, submitted, subscription, window } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const forMs = 60_000
const reason = { code: 'no_credit', detail: 'none' } as const

export function changePromises(current: Current): void {
  const watch = (ms = forMs) => current().store.watchChanges({ appId, forMs: ms })
  const read = (after: number, limit = 100) => current().store.readChanges({ appId, after, limit })
  const record = (ref: string) =>
    current().store.recordCredit({ appId, openId: 'ada', nowMs, credit: form(ref) })
  const ingest = async (...events: ReturnType<typeof event>[]) => {
    const { store } = current()
    const user = await store.signIn(signIn('ada', { tokenHash: Buffer.from(events[0]!.id) }))
    return store.ingest({ appId, user, nowMs, eventsPerDay: 100, events })
  }
  const receive = (key: string, pushed: PushRecord) =>
    current().store.recordPush(push(key, { record: pushed }))

  async function open(key: string, rest = {}) {
    const opened = await current().store.openMessage(message(key, rest))
    if (opened.was === 'conflict') throw new Error('The body is the same.')
    return opened
  }

  const settle = ({ message: { id, attempts } }: Opened) => ({
    id,
    attempts,
    holder: 'first',
    nowMs: nowMs + 1,
  })
  type Opened = Awaited<ReturnType<typeof open>>

  /** Without what each change has. */
  const told = (changes: readonly Change[] | undefined) =>
    changes?.map(({ position: _position, atMs: _atMs, ...rest }) => rest)

  it('holds what happened to messages, in order', async () => {
    const { store } = current()
    const start = await watch()
    await record('f1')
    await record('f2')
    const sent = await open('1')
    await store.settle({
      ...settle(sent),
      credit: { outcome: 'spent' },
      message: { state: 'sent' },
    })
    const lost = await open('2')
    const unknown = { state: 'unknown', reason } as const
    await store.settle({ ...settle(lost), credit: { outcome: 'spent' }, message: unknown })
    const late = { state: 'sent', inferred: true } as const
    await store.settle({ ...settle(lost), credit: { outcome: 'spent' }, message: late })
    const refused = await open('3')
    const of = ({ message: { id } }: Opened) => ({ openId: 'ada', message: id })
    const credit = { openId: 'ada', kind: 'form', uses: 1, endsAtMs: nowMs + 7 * day }
    const noCredit = { ...reason, reserved: 0 }
    expect(told(await read(start))).toEqual([
      { type: 'credit.recorded', ...credit },
      { type: 'credit.recorded', ...credit },
      { type: 'message.created', ...of(sent) },
      { type: 'message.settled', state: 'sent', ...of(sent) },
      { type: 'message.created', ...of(lost) },
      { type: 'message.settled', state: 'unknown', reason, ...of(lost) },
      { type: 'message.settled', state: 'sent', inferred: true, ...of(lost) },
      { type: 'message.created', ...of(refused) },
      { type: 'message.settled', state: 'refused', reason: noCredit, ...of(refused) },
    ])
  })

  it('holds the outcome of a message that was given back, or that waited in vain', async () => {
    const { store } = current()
    await record('f1')
    const start = await watch()
    const refused = await open('1')
    const givenBack = { credit: { outcome: 'givenBack' }, message: { state: 'refused', reason } }
    await store.settle({ ...settle(refused), ...givenBack } as Parameters<typeof store.settle>[0])
    const waiting = await open('2')
    const wait = { state: 'queued', dueInMs: 0, ifUnknown: reason } as const
    await store.settle({ ...settle(waiting), credit: { outcome: 'givenBack' }, message: wait })
    const ifLate = { code: 'deadline', detail: 'late' } as const
    const claim = { holder: 'first', holding: [], leaseMs: 1, limit: 9, probeEveryMs: 1 }
    await store.claimMessages({ ...claim, nowMs: nowMs + day, ifNone: reason, ifLate })
    const settled = (await read(start))?.filter(({ type }) => type === 'message.settled')
    expect(told(settled)).toEqual([
      { type: 'message.settled', message: refused.message.id, openId: 'ada', ...refusal(reason) },
      { type: 'message.settled', message: waiting.message.id, openId: 'ada', ...refusal(ifLate) },
    ])
  })

  it('holds credits by which phones and pushes give them, and none twice', async () => {
    const start = await watch()
    await ingest(submitted('e1', form('f1')))
    await ingest(submitted('e2', form('f1')))
    await ingest(submitted('e3', subscription('T')))
    await receive('p1', { type: 'consents', credits: [subscription('T2')] })
    await receive('p1', { type: 'consents', credits: [subscription('T2')] })
    await receive('p2', { type: 'window', window: window('wrote', nowMs) })
    const recorded = (await read(start))?.filter(({ type }) => type === 'credit.recorded')
    const one = { type: 'credit.recorded', openId: 'ada' }
    expect(told(recorded)).toEqual([
      { ...one, kind: 'form', uses: 1, endsAtMs: nowMs + 7 * day },
      { ...one, kind: 'subscription', templateId: 'T', uses: 1, endsAtMs: null },
      { ...one, kind: 'subscription', templateId: 'T2', uses: 1, endsAtMs: null },
      { ...one, kind: 'wrote', uses: 5, endsAtMs: nowMs + 2 * day },
    ])
  })

  it('holds groups that are joined for the first time, and arrivals', async () => {
    const start = await watch()
    const opened = { type: 'share.opened', scene: 1044, page: 'p', shareId: 's1' } as const
    await ingest(event('e1', { ...opened, group: { openGId: 'G' } }))
    await ingest(event('e2', { ...opened, group: { openGId: 'G' } }))
    const arrival = { scene: 1044, shareId: 's1', openGId: 'G', openId: 'ada' }
    expect(told(await read(start))).toEqual([
      { type: 'group.joined', openGId: 'G', openId: 'ada' },
      { type: 'arrival.recorded', ...arrival },
      { type: 'arrival.recorded', ...arrival },
    ])
  })

  it('holds pushes, and consents that are revoked', async () => {
    const start = await watch()
    await receive('p1', { type: 'revoked', templateIds: ['T'] })
    expect(told(await read(start))).toEqual([
      { type: 'push.received', event: 'text', openId: 'ada' },
      { type: 'subscription.revoked', templateId: 'T', openId: 'ada' },
    ])
  })

  it('holds a suspension once, however often it is found, and a longer one', async () => {
    const { store } = current()
    const start = await watch()
    const pause = { appId, channel: 'template', kind: 'pause', reason, atMs: nowMs } as const
    const untilMs = nowMs + day
    await store.suspendChannel({ ...pause, untilMs })
    await store.suspendChannel({ ...pause, untilMs })
    await store.suspendChannel({ ...pause, kind: 'shut', untilMs: null })
    await store.suspendChannel({ ...pause, kind: 'shut', untilMs: null, atMs: nowMs + 1 })
    const one = { type: 'channel.suspended', channel: 'template', reason }
    expect(told(await read(start))).toEqual([
      { ...one, kind: 'pause', untilMs },
      { ...one, kind: 'shut', untilMs: null },
    ])
  })

  it('writes nothing while nobody watches, nor for another app', async () => {
    await current().store.watchChanges({ appId: 'wx2', forMs })
    await record('f1')
    const start = await watch()
    expect(await read(start)).toEqual([])
    await record('f2')
    expect(await read(start)).toHaveLength(1)
  })

  it('ends with the lease, and refuses the positions of before', async () => {
    const { store } = current()
    const start = await watch(0)
    expect(await store.endWatches()).toBe(1)
    expect(await store.endWatches()).toBe(0)
    await record('f1')
    expect(await read(start)).toEqual([])
    const next = await watch()
    expect(await read(start)).toBeUndefined()
    expect(await read(next)).toEqual([])
  })

  it('goes on without a gap where the lease is renewed', async () => {
    const start = await watch()
    await record('f1')
    await watch()
    await record('f2')
    expect(await read(start)).toHaveLength(2)
  })

  it('gives a reader that comes later the position after which its changes begin', async () => {
    const start = await watch()
    await record('f1')
    const [first] = (await read(start))!
    expect(await watch()).toBe(first!.position)
  })

  it('is kept by a database that is opened again', async () => {
    const start = await watch()
    await record('f1')
    const store = await current().restart()
    await store.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f2') })
    expect(await store.readChanges({ appId, after: start, limit: 9 })).toHaveLength(2)
  })

  it('is read by pages', async () => {
    const start = await watch()
    for (const ref of ['f1', 'f2', 'f3']) await record(ref)
    const [first] = (await read(start, 1))!
    const rest = (await read(first!.position, 5))!
    expect([first, ...rest].map((one) => one!.position)).toEqual(
      [...(await read(start))!].map(({ position }) => position),
    )
  })

  it('names an erased user no more', async () => {
    const { store } = current()
    await record('f1')
    const start = await watch()
    const opened = await open('1')
    const why = { ifQueued: reason, ifSending: reason }
    await store.eraseUser({ appId, openId: 'ada', nowMs, ...why })
    expect(told(await read(start))).toEqual([
      { type: 'message.created', message: opened.message.id },
      { type: 'message.settled', message: opened.message.id, state: 'unknown', reason },
    ])
  })

  it('is swept after its time, and the positions before are refused from then on', async () => {
    const { store } = current()
    const start = await watch()
    await record('f1')
    await read(start)
    await store.sweep({ nowMs: nowMs + changeRules.keptMs })
    expect(await read(start)).toHaveLength(1)
    await store.sweep({ nowMs: nowMs + changeRules.keptMs + 1 })
    expect(await read(start)).toBeUndefined()
    const next = await watch()
    await record('f2')
    expect(await read(next)).toHaveLength(1)
  })
}

const refusal = (why: object) => ({ state: 'refused', reason: why })
