/** What a broadcast would do if it began now: whom it reaches, what it uses, how long it takes. */
import { setImmediate } from 'node:timers/promises'
import type { RefusalCode } from '../../shared/codes.ts'
import type { BroadcastForecast } from '../../shared/wire/index.ts'
import type { QuietHours } from '../config/values.ts'
import { ifNoneFor } from '../ledger/outcomes.ts'
import type { LimitOf } from '../ledger/send.ts'
import { broadcastRules } from '../rules/broadcasts.ts'
import { second } from '../rules/time.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { World } from '../runtime/world.ts'
import type { BroadcastRow, CountedUsers, Store } from '../store/store.ts'
import { creditsFor, holdersOf, readPlan, type BroadcastPlan } from './plan.ts'
import { createTimetable } from './timetable.ts'

export interface Forecasts {
  /** Of a broadcast to holders that is not made. */
  ofPlan(app: ReachApp, plan: BroadcastPlan, moments: Moments): Promise<BroadcastForecast>
  /** Of those who wait; of the users that it would find, while it has not begun. */
  ofBroadcast(app: ReachApp, row: BroadcastRow): Promise<BroadcastForecast>
}

interface Moments {
  /** Default, and if that has passed: now. */
  startAtMs?: number | undefined
  /** Default: `broadcastRules.lastsMs` from its start. */
  deadlineMs?: number | undefined
}

interface ForecastDeps {
  store: Pick<Store, 'countAudience' | 'countWaiting' | 'findSuspensions'>
  world: Pick<World, 'clock'>
  limitOf: LimitOf
  quietHours?: QuietHours | undefined
  timeZone?: string | undefined
}

/** Asks for a step; `next` of the step before, where there is one. */
type CountStep = (step: { nowMs: number; perDay: PerDay; after?: number }) => Promise<CountedUsers>
type PerDay = ReturnType<LimitOf>['perDay']

interface Source {
  count: CountStep
  /** Absent: a share of those who are counted. */
  heldOut?: number
}

const { creditsPerStep, forecastPerStep, lastsMs } = broadcastRules

export function createForecasts(deps: ForecastDeps): Forecasts {
  const { store, world, limitOf } = deps
  const timetable = createTimetable(deps.quietHours, deps.timeZone)

  const inAudience =
    (app: ReachApp, plan: BroadcastPlan): CountStep =>
    (step) =>
      store.countAudience({
        appId: app.appId,
        ...holdersOf(plan, app.edition),
        step: creditsPerStep,
        ...step,
      })

  async function forecast(
    app: ReachApp,
    plan: BroadcastPlan,
    { startedAtMs, untilMs }: { startedAtMs: number; untilMs: number },
    { count, heldOut }: Source,
  ): Promise<BroadcastForecast> {
    const { channel } = plan.message
    const nowMs = world.clock.now()
    const suspensions = await store.findSuspensions(app.appId)
    const suspension = suspensions.find((one) => one.channel === channel)
    const fromMs = Math.max(nowMs, startedAtMs, suspension?.untilMs ?? 0)
    const beginsMs = timetable.beginsAt(plan, fromMs)
    const { perDay } = limitOf(channel, beginsMs)
    const counted = await countAll((after) => count({ nowMs, perDay, ...after }))
    const all = counted.reachable + sumOf(counted.refused)
    const percent = heldOut === undefined ? (plan.holdout ?? 0) : 0
    const left = (users: number) => users - Math.floor((users * percent) / 100)
    const refused = new Map<RefusalCode, number>()
    let sendable = left(counted.reachable)
    if (suspension?.kind === 'shut') {
      refused.set(suspension.reason.code, left(all))
      sendable = 0
    } else {
      refused.set('user_limit', left(counted.refused.user_limit))
      refused.set(ifNoneFor(app.edition, channel).code, left(counted.refused.no_credit))
      refused.set('user_unknown', left(counted.refused.user_unknown))
    }
    const { endsAtMs, late } = timetable.endOf(plan, {
      startedAtMs,
      fromMs,
      untilMs,
      messages: sendable,
    })
    const reachable = sendable - late
    refused.set('deadline', late)
    const uses = 1 - counted.unlimited / Math.max(1, counted.reachable)
    return {
      reachable,
      refused: [...refused].flatMap(([reason, users]) =>
        users > 0 ? [{ reason, count: users }] : [],
      ),
      heldOut: heldOut ?? all - left(all),
      credits: Math.round(reachable * uses),
      takesSeconds:
        reachable === 0 ? 0 : Math.ceil((endsAtMs - Math.max(nowMs, startedAtMs)) / second),
    }
  }

  return {
    ofPlan(app, plan, { startAtMs, deadlineMs }) {
      const startedAtMs = Math.max(world.clock.now(), startAtMs ?? 0)
      const untilMs = deadlineMs ?? startedAtMs + lastsMs
      return forecast(app, plan, { startedAtMs, untilMs }, { count: inAudience(app, plan) })
    },

    ofBroadcast(app, row) {
      const plan = readPlan(row.plan)
      const startedAtMs = row.startedAtMs ?? Math.max(world.clock.now(), row.startAtMs ?? 0)
      const moments = { startedAtMs, untilMs: row.deadlineMs ?? startedAtMs + lastsMs }
      if (row.isOpening) return forecast(app, plan, moments, { count: inAudience(app, plan) })
      const count: CountStep = (step) =>
        store.countWaiting({
          broadcast: row.number,
          ...creditsFor(plan, app.edition),
          step: forecastPerStep,
          ...step,
        })
      return forecast(app, plan, moments, { count, heldOut: row.counts.heldOut })
    },
  }
}

const sumOf = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** In steps, so that neither the database nor this process is kept busy by one request. */
async function countAll(
  count: (after: { after?: number }) => Promise<CountedUsers>,
): Promise<CountedUsers> {
  const sum = {
    reachable: 0,
    unlimited: 0,
    refused: { user_limit: 0, no_credit: 0, user_unknown: 0 },
  }
  for (let after: { after?: number } = {}; ;) {
    const { reachable, unlimited, refused, next } = await count(after)
    sum.reachable += reachable
    sum.unlimited += unlimited
    sum.refused.user_limit += refused.user_limit
    sum.refused.no_credit += refused.no_credit
    sum.refused.user_unknown += refused.user_unknown
    if (next === undefined) return sum
    after = { after: next }
    // SQLite reads in this thread: others have their turn.
    await setImmediate()
  }
}
