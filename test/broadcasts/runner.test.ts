/** Running broadcasts: each recipient once, whatever WeChat says and whenever somebody stops it. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { sendingRules } from '../../server/rules/broadcasts.ts'
import { day, hour, minute, second } from '../../server/rules/time.ts'
import { answered, lost, noToken } from '../ledger/ledger-fixture.ts'
import { appId, message } from '../store/builders.ts'
import { createBroadcastFixture, names, type Answer } from './broadcast-fixture.ts'

let fixture = createBroadcastFixture()
const open = (settings: Parameters<typeof createBroadcastFixture>[0] = {}) =>
  (fixture = createBroadcastFixture(settings))
afterEach(() => fixture.store.close())

const sentTo = () => fixture.calls.map(({ openId }) => openId).sort()
const reasons = async (row: { number: number }) =>
  fixture.store.countReasons(row.number as Parameters<typeof fixture.store.countReasons>[0])

describe('a broadcast', () => {
  it('sends each recipient their text once, and ends', async () => {
    open()
    fixture.plan.message.data = { thing1: { value: 'Hello {{name}}' } }
    const row = await fixture.start('1', [
      { openId: 'ada', data: '{"name":"Ada"}', page: 'pages/a' },
      { openId: 'bob', data: '{"name":"{{name}}"}' },
    ])
    await fixture.run()
    expect(fixture.calls.sort((a, b) => a.openId.localeCompare(b.openId))).toEqual([
      {
        openId: 'ada',
        fields: {
          templateId: 'T',
          data: { thing1: { value: 'Hello Ada' } },
          page: 'pages/a?_wxb=1',
        },
      },
      { openId: 'bob', fields: { templateId: 'T', data: { thing1: { value: 'Hello {{name}}' } } } },
    ])
    expect(await fixture.find(row)).toMatchObject({
      state: 'done',
      counts: { recipients: 2, waiting: 0, sent: 2 },
    })
    await fixture.after(minute)
    expect(fixture.calls).toHaveLength(2)
  })

  it('sends to many, with no more than so many under way', async () => {
    open({ atOnce: 8 })
    let [underWay, most] = [0, 0]
    fixture.answer = async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay -= 1
      return answered(0)
    }
    const users = names(200)
    const row = await fixture.start('1', users)
    await fixture.run()
    expect(sentTo()).toEqual(users.sort())
    expect(most).toBe(8)
    expect(await fixture.counts(row)).toMatchObject({ sent: 200 })
  })

  it('calls for the next one before it is written that WeChat took the last', async () => {
    open({ atOnce: 1 })
    let calledTwice = () => {}
    const twoCalls = new Promise<void>((resolve) => (calledTwice = resolve))
    fixture.answer = () => {
      if (fixture.calls.length === 2) calledTwice()
      return answered(0)
    }
    const { settle } = fixture.store
    fixture.store.settle = async (outcome) => {
      await twoCalls
      return settle(outcome)
    }
    const row = await fixture.start('1', ['ada', 'bob'])
    await fixture.run()
    expect(await fixture.counts(row)).toMatchObject({ sent: 2 })
  })

  it('counts who was refused and whose outcome is unknown, with the reasons', async () => {
    open()
    const answers: Record<string, Answer> = { ada: answered(47003, 'argument'), bob: lost }
    fixture.answer = (openId) => answers[openId] ?? answered(0)
    const row = await fixture.start('1', ['ada', 'bob', 'cyd'])
    // Another message has the only right.
    const nowMs = fixture.world.clock.now()
    const spent = { appId, openId: 'cyd', nowMs, channel: 'subscribe' as const }
    await fixture.store.openMessage(
      message('spent', { ...spent, kinds: ['subscription'], ref: 'T' }),
    )
    await fixture.run()
    expect(await fixture.counts(row)).toMatchObject({ sent: 0, refused: 2, unknown: 1 })
    expect(await reasons(row)).toEqual([
      { state: 'refused', reason: 'data_invalid', count: 1 },
      { state: 'refused', reason: 'no_credit', count: 1 },
      { state: 'unknown', reason: 'outcome_unknown', count: 1 },
    ])
  })

  it('refuses who was erased meanwhile', async () => {
    open()
    const row = await fixture.start('3', [{ openId: 'bob' }])
    await fixture.store.eraseUser({
      appId,
      openId: 'bob',
      nowMs: fixture.world.clock.now(),
      ifQueued: { code: 'user_unknown', detail: '' },
      ifSending: { code: 'user_unknown', detail: '' },
    })
    await fixture.run()
    expect(fixture.calls).toEqual([])
    expect(await reasons(row)).toEqual([{ state: 'refused', reason: 'user_unknown', count: 1 }])
  })

  it('begins at its time, also when the clock jumps over it', async () => {
    open()
    const row = await fixture.start('1', ['ada'], {
      startAtMs: fixture.world.clock.now() + day,
    })
    await fixture.after(day - 1)
    expect(fixture.calls).toEqual([])
    expect((await fixture.find(row)).state).toBe('scheduled')
    await fixture.after(3 * day)
    expect(sentTo()).toEqual(['ada'])
  })

  it('sends within its hours alone, by the clock of their zone', async () => {
    // 2026-03-29 00:30 UTC: in Berlin summer time begins half an hour later.
    open({ nowMs: Date.UTC(2026, 2, 29, 0, 30) })
    const sendWindow = { fromMinute: 9 * 60, untilMinute: 10 * 60, timeZone: 'Europe/Berlin' }
    const row = await fixture.start('1', ['ada'], { sendWindow })
    await fixture.run()
    expect(await fixture.find(row)).toMatchObject({
      reason: 'send_window',
      dueMs: Date.UTC(2026, 2, 29, 7),
    })
    await fixture.after(6.5 * hour - 1)
    expect(fixture.calls).toEqual([])
    await fixture.after(1)
    expect(sentTo()).toEqual(['ada'])
  })

  it('waits until the next day where the clock jumps over its hours', async () => {
    open({ nowMs: Date.UTC(2026, 0, 5, 0) })
    const sendWindow = { fromMinute: 9 * 60, untilMinute: 10 * 60, timeZone: 'UTC' }
    await fixture.start('1', ['ada'], { sendWindow })
    await fixture.run()
    await fixture.after(12 * hour)
    expect(fixture.calls).toEqual([])
    await fixture.after(21 * hour)
    expect(sentTo()).toEqual(['ada'])
  })

  it('waits for the end of quiet hours, and refuses nobody', async () => {
    open({
      nowMs: Date.UTC(2026, 0, 5, 16),
      quietHours: { fromMinute: 22 * 60, untilMinute: 8 * 60 },
    })
    const row = await fixture.start('1', ['ada'])
    await fixture.run()
    expect(await fixture.find(row)).toMatchObject({
      reason: 'quiet_hours',
      dueMs: Date.UTC(2026, 0, 6, 0),
    })
    await fixture.after(8 * hour)
    expect(await fixture.counts(row)).toMatchObject({ sent: 1, refused: 0 })
  })

  it('sends on the next day to whom has as many messages as a day allows', async () => {
    open({ limitPerUserDay: 1 })
    const rows = [await fixture.start('1', ['ada', 'bob']), await fixture.start('2', ['ada'])]
    await fixture.run()
    expect(await fixture.counts(rows[0]!)).toMatchObject({ sent: 2 })
    expect(await fixture.find(rows[1]!)).toMatchObject({
      state: 'running',
      counts: { waiting: 1, refused: 0 },
    })
    await fixture.after(day)
    expect(sentTo()).toEqual(['ada', 'ada', 'bob'])
    expect((await fixture.find(rows[1]!)).state).toBe('done')
  })

  it('keeps its pace', async () => {
    open()
    const row = await fixture.start('1', names(60), { perMinute: 6 })
    await fixture.run()
    expect(fixture.calls).toHaveLength(1)
    for (let seconds = 1; seconds <= 60; seconds++) await fixture.after(second)
    expect(fixture.calls).toHaveLength(7)
    expect(await fixture.counts(row)).toMatchObject({ waiting: 53 })
  })

  it('spreads its messages over the time that is left', async () => {
    open()
    await fixture.start('1', names(60), { spreadOverMs: hour })
    for (let n = 0; n < 30; n++) await fixture.after(minute)
    expect(fixture.calls.length).toBeGreaterThan(27)
    expect(fixture.calls.length).toBeLessThan(33)
    for (let n = 0; n < 32; n++) await fixture.after(minute)
    expect(fixture.calls).toHaveLength(60)
  })

  it('refuses who waits at its deadline', async () => {
    open()
    const deadlineMs = fixture.world.clock.now() + minute
    const row = await fixture.start('1', names(9), { perMinute: 1, deadlineMs })
    await fixture.run()
    await fixture.after(minute)
    expect(await fixture.find(row)).toMatchObject({
      state: 'done',
      counts: { sent: 1, refused: 8 },
    })
    expect(await reasons(row)).toEqual([{ state: 'refused', reason: 'deadline', count: 8 }])
  })

  it('waits until midnight when the quota is used up, and loses nobody', async () => {
    open({ atOnce: 2 })
    let left = 3
    fixture.answer = () => (left-- > 0 ? answered(0) : answered(45009, 'reach max api daily quota'))
    const row = await fixture.start('1', names(9))
    await fixture.run()
    expect(await fixture.find(row)).toMatchObject({
      state: 'running',
      reason: 'quota',
      counts: { sent: 3, waiting: 6, refused: 0 },
    })
    left = 100
    await fixture.after(hour)
    expect(await fixture.counts(row)).toMatchObject({ sent: 3 })
    await fixture.after(day)
    expect(await fixture.find(row)).toMatchObject({ state: 'done', counts: { sent: 9 } })
    expect((await fixture.store.findCredits(appId, 'user-0', 0)).length).toBe(0)
  })

  it('waits for the next minute when it sends too often, and loses nobody', async () => {
    open({ atOnce: 2 })
    let tooOften = true
    fixture.answer = () => (tooOften ? answered(45011, 'freq limit') : answered(0))
    const row = await fixture.start('1', names(9))
    await fixture.run()
    const { counts, reason, dueMs } = await fixture.find(row)
    expect([reason, counts.waiting, dueMs % minute]).toEqual(['too_frequent', 9, 0])
    expect(fixture.calls.length).toBeLessThanOrEqual(4)
    tooOften = false
    for (let n = 0; n < 20; n++) {
      await fixture.after(10 * second)
      await fixture.ledger.resume()
    }
    expect(await fixture.find(row)).toMatchObject({ state: 'done', counts: { sent: 9 } })
  })

  it('is paused with the reason when the channel is shut, and goes on later', async () => {
    open({ atOnce: 2 })
    let shut = true
    fixture.answer = () => (shut ? answered(48001, 'api unauthorized') : answered(0))
    const row = await fixture.start('1', names(9))
    await fixture.run()
    expect(await fixture.find(row)).toMatchObject({
      state: 'paused',
      reason: 'channel_shut',
      counts: { waiting: 9, refused: 0 },
    })
    shut = false
    await fixture.store.resumeChannel(appId, 'subscribe')
    await fixture.move(row, 'resume')
    await fixture.after(sendingRules.suspensionsKnownMs)
    expect(await fixture.find(row)).toMatchObject({ state: 'done', counts: { sent: 9 } })
  })

  it('is paused when WeChat takes the credentials no more', async () => {
    open({ atOnce: 2 })
    fixture.answer = () => noToken
    const row = await fixture.start('1', names(9))
    await fixture.run()
    expect(await fixture.find(row)).toMatchObject({
      state: 'paused',
      reason: 'credentials',
      counts: { waiting: 9 },
    })
  })

  it('begins nothing after a pause, and goes on where it stopped', async () => {
    open({ atOnce: 2 })
    const ends: (() => void)[] = []
    fixture.answer = () => new Promise((resolve) => ends.push(() => resolve(answered(0))))
    const row = await fixture.start('1', names(20))
    const { signal } = new AbortController()
    const round = fixture.broadcasting.run(signal)
    while (ends.length < 2) await new Promise((resolve) => setImmediate(resolve))
    await fixture.move(row, 'pause')
    fixture.world.monotonic.advance(sendingRules.turnWithinMs + 1)
    fixture.answer = () => answered(0)
    ends.forEach((end) => end())
    await round
    await fixture.run()
    expect(fixture.calls).toHaveLength(2)
    await fixture.after(2 * minute)
    expect(fixture.calls).toHaveLength(2)
    expect(await fixture.counts(row)).toMatchObject({ sent: 2, waiting: 18 })
    await fixture.move(row, 'resume')
    await fixture.after(second)
    expect(await fixture.find(row)).toMatchObject({ state: 'done', counts: { sent: 20 } })
    expect(new Set(sentTo()).size).toBe(20)
    expect(fixture.calls).toHaveLength(20)
  })

  it('calls back messages that are tried again when it is cancelled', async () => {
    open()
    fixture.answer = () => answered(-1, 'system error')
    const row = await fixture.start('1', ['ada'])
    await fixture.run()
    await fixture.move(row, 'cancel')
    fixture.answer = () => answered(0)
    await fixture.after(sendingRules.lookAgainMs)
    await fixture.ledger.resume()
    expect(fixture.calls).toHaveLength(1)
    expect(await fixture.find(row)).toMatchObject({ state: 'cancelled', counts: { waiting: 1 } })
  })

  it('is gone on with by another process, which sends nothing twice', async () => {
    open({ atOnce: 4 })
    const row = await fixture.start('1', names(40))
    const { signal } = new AbortController()
    // It dies with four calls under way, of which nobody ever hears.
    fixture.answer = () => new Promise<never>(() => {})
    void fixture.broadcasting.run(signal)
    while (fixture.calls.length < 4) await new Promise((resolve) => setImmediate(resolve))
    fixture.answer = () => answered(0)
    const { ledger, broadcasting } = fixture.another()
    for (let n = 0; n < 6; n++) {
      fixture.world.clock.advance(sendingRules.leaseMs)
      fixture.world.monotonic.advance(sendingRules.leaseMs)
      await ledger.resume()
      await fixture.run(broadcasting)
    }
    expect(new Set(sentTo()).size).toBe(40)
    expect(fixture.calls).toHaveLength(40)
    expect(await fixture.find(row)).toMatchObject({
      state: 'done',
      counts: { recipients: 40, sent: 36, unknown: 4 },
    })
  })

  it('gives back what it has not begun when its process stops', async () => {
    open({ atOnce: 2 })
    const row = await fixture.start('1', names(20))
    const stopping = new AbortController()
    fixture.answer = () => {
      stopping.abort()
      return answered(0)
    }
    await fixture.broadcasting.run(stopping.signal)
    await fixture.broadcasting.idle()
    expect(fixture.calls.length).toBeLessThan(20)
    fixture.answer = () => answered(0)
    await fixture.run(fixture.another().broadcasting)
    expect(fixture.calls).toHaveLength(20)
    expect((await fixture.find(row)).state).toBe('done')
  })

  it('opens to all who hold a right when it begins', async () => {
    open()
    for (const openId of names(5)) await fixture.record(openId)
    const nowMs = fixture.world.clock.now()
    const created = await fixture.store.createBroadcast({
      appId,
      id: 'bc_1',
      keyHash: Buffer.from('1'),
      bodyHash: Buffer.from('1'),
      plan: JSON.stringify(fixture.plan),
      nowMs,
      from: 'holders',
      startAtMs: nowMs + hour,
    })
    await fixture.run()
    await fixture.record('late')
    await fixture.after(hour)
    expect(sentTo()).toEqual(['late', ...names(5)])
    if (created.was === 'conflict') throw new Error('The key is known.')
    expect((await fixture.find(created.broadcast)).state).toBe('done')
  })

  it('takes turns with others', async () => {
    open({ atOnce: 4 })
    await fixture.start('1', names(40))
    await fixture.start('2', names(40))
    const { signal } = new AbortController()
    await fixture.broadcasting.run(signal)
    await fixture.broadcasting.idle()
    const { broadcasts } = await fixture.store.findBroadcasts(appId, { limit: 2 })
    for (const { counts } of broadcasts) expect(counts.sent).toBeGreaterThan(0)
  })
})
