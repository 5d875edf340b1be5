/** Forecasts on a real SQLite store, where time stands still. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createForecasts } from '../../server/broadcasts/forecast.ts'
import type { BroadcastPlan } from '../../server/broadcasts/plan.ts'
import { newCredit } from '../../server/ledger/record.ts'
import { createSendLimits, type SendLimitSettings } from '../../server/limits/limits.ts'
import type { Edition } from '../../server/rules/credits.ts'
import { day, hour, minute } from '../../server/rules/time.ts'
import type { MessageReason } from '../../shared/wire/index.ts'
import { appId, message } from '../store/builders.ts'
import { createBroadcastFixture, names, type BroadcastFixture } from './broadcast-fixture.ts'

const toHolders = { audience: { from: 'holders' } } as const

describe('a forecast', () => {
  let fixture: BroadcastFixture
  beforeEach(() => {
    fixture = createBroadcastFixture()
  })
  afterEach(() => fixture.store.close())

  const appOf = (edition: Edition) => ({ appId, secret: 's', edition })
  const forecasts = (settings: SendLimitSettings = {}) =>
    createForecasts({ ...fixture, limitOf: createSendLimits(settings), ...settings })
  const ofHolders = (
    plan: Partial<BroadcastPlan> = {},
    settings: SendLimitSettings = {},
    moments: { startAtMs?: number; deadlineMs?: number } = {},
  ) =>
    forecasts(settings).ofPlan(appOf('2026'), { ...fixture.plan, ...toHolders, ...plan }, moments)
  const recordAll = async (users: readonly string[]) => {
    for (const openId of users) await fixture.record(openId)
  }
  /** One message to the user today, of another template. */
  async function sendTo(openId: string): Promise<void> {
    const nowMs = fixture.world.clock.now()
    const credit = newCredit('subscription', 'S', nowMs, '2026')
    await fixture.store.recordCredit({ appId, openId, nowMs, credit })
    const limit = createSendLimits({ limitPerUserDay: 9 })('subscribe', nowMs)
    const opened = await fixture.store.openMessage(
      message(`to-${openId}`, { openId, nowMs, kinds: ['subscription'], ref: 'S', limit }),
    )
    expect(opened.was).toBe('reserved')
  }
  const shut = (reason: MessageReason, rest = {}) =>
    fixture.store.suspendChannel({
      appId,
      channel: 'subscribe',
      kind: 'shut',
      untilMs: null,
      atMs: fixture.world.clock.now(),
      reason,
      ...rest,
    })

  it('of holders tells how many are reached, and uses a right for each', async () => {
    await recordAll(names(5))
    expect(await ofHolders({ perMinute: 1 })).toEqual({
      reachable: 5,
      refused: [],
      heldOut: 0,
      credits: 5,
      takesSeconds: 5 * 60,
    })
    expect(await ofHolders({ message: { ...fixture.plan.message, templateId: 'U' } })).toEqual({
      reachable: 0,
      refused: [],
      heldOut: 0,
      credits: 0,
      takesSeconds: 0,
    })
  })

  it('tells whom the limit of the day refuses, unless it begins on another day', async () => {
    await recordAll(names(3))
    await sendTo('user-1')
    const settings = { limitPerUserDay: 1 }
    const today = await ofHolders({}, settings)
    expect(today).toMatchObject({ reachable: 2, credits: 2 })
    expect(today.refused).toEqual([{ reason: 'user_limit', count: 1 }])
    const startAtMs = fixture.world.clock.now() + day
    expect(await ofHolders({}, settings, { startAtMs })).toMatchObject({
      reachable: 3,
      refused: [],
    })
    expect(await ofHolders({}, { limitPerUserDay: 2 })).toMatchObject({ reachable: 3 })
  })

  it('uses no right that has no limit', async () => {
    await recordAll(names(2))
    const nowMs = fixture.world.clock.now()
    const lasting = { ...newCredit('subscription', 'T', nowMs, '2026'), uses: null }
    await fixture.store.recordCredit({ appId, openId: 'long-term', nowMs, credit: lasting })
    expect(await ofHolders()).toMatchObject({ reachable: 3, credits: 2 })
  })

  it('leaves out the share of a holdout, once it is chosen exactly those', async () => {
    await recordAll(names(40))
    expect(await ofHolders({ holdout: 25 })).toMatchObject({
      reachable: 30,
      heldOut: 10,
      credits: 30,
    })
    const row = await fixture.start('1', names(40), { holdout: 25 })
    const { heldOut } = await fixture.counts(row)
    const forecast = await forecasts().ofBroadcast(appOf('2026'), row)
    expect(forecast).toMatchObject({ reachable: 40 - heldOut, heldOut })
  })

  it('reaches nobody through a channel that is shut, and waits for one that pauses', async () => {
    await recordAll(names(4))
    await shut(
      { code: 'quota', detail: '' },
      {
        kind: 'pause',
        untilMs: fixture.world.clock.now() + hour,
      },
    )
    const paused = await ofHolders({ perMinute: 1 })
    expect(paused).toMatchObject({ reachable: 4, takesSeconds: 3_600 + 4 * 60 })
    await shut({ code: 'channel_shut', detail: '' })
    expect(await ofHolders({ perMinute: 1 })).toEqual({
      reachable: 0,
      refused: [{ reason: 'channel_shut', count: 4 }],
      heldOut: 0,
      credits: 0,
      takesSeconds: 0,
    })
  })

  it('counts those for whom its pace leaves no time', async () => {
    await recordAll(names(5))
    const deadlineMs = fixture.world.clock.now() + 3 * minute
    expect(await ofHolders({ perMinute: 1 }, {}, { deadlineMs })).toEqual({
      reachable: 3,
      refused: [{ reason: 'deadline', count: 2 }],
      heldOut: 0,
      credits: 3,
      takesSeconds: 180,
    })
  })

  it('holds in quiet hours, and refuses nobody for them', async () => {
    await recordAll(names(2))
    await sendTo('user-1')
    const { minute: now } = localMinute(fixture.world.clock.now())
    const quietHours = { fromMinute: now, untilMinute: (now + 60) % 1_440 }
    const forecast = await ofHolders({ perMinute: 1 }, { quietHours, limitPerUserDay: 9 })
    expect(forecast).toMatchObject({ reachable: 2, refused: [] })
    expect(forecast.takesSeconds).toBeGreaterThan(59 * 60)
    expect(forecast.takesSeconds).toBeLessThanOrEqual(62 * 60)
  })

  it('of a draft tells who has no right, by the reason of the edition', async () => {
    const { store } = fixture
    await recordAll(names(3))
    const draft = await fixture.start('1', [])
    const list = await store.createBroadcast({
      appId,
      id: 'bc_list',
      keyHash: Buffer.from('list'),
      bodyHash: Buffer.from('body'),
      plan: draft.plan,
      nowMs: fixture.world.clock.now(),
      from: 'list',
    })
    const { broadcast } = list as Exclude<typeof list, { was: 'conflict' }>
    const recipients = ['user-0', 'no-right', 'user-2'].map((openId) => ({ openId }))
    await store.addRecipients({ broadcast: broadcast.number, recipients })
    expect(await forecasts().ofBroadcast(appOf('2026'), broadcast)).toMatchObject({
      reachable: 2,
      refused: [{ reason: 'no_credit', count: 1 }],
      credits: 2,
    })
    expect(await forecasts().ofBroadcast(appOf('2018'), broadcast)).toMatchObject({
      reachable: 0,
      refused: [{ reason: 'not_in_edition', count: 3 }],
    })
  })
})

const localMinute = (ms: number) => ({
  minute: Math.floor((ms + 8 * hour) / minute) % 1_440,
})
