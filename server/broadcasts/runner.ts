/**
 * Runs broadcasts: leases recipients, sends each their message through the ledger, and records what
 * became of it. All of it stands in the database, so that any process goes on where another one
 * stopped. See README.md.
 */
import type { Ledger, SendOptions } from '../ledger/send.ts'
import type { QuietHours } from '../config/values.ts'
import { broadcastRules, sendingRules } from '../rules/broadcasts.ts'
import { minute } from '../rules/time.ts'
import type { Apps, ReachApp } from '../runtime/apps.ts'
import { doublingMs, nextMidnightMs, type World } from '../runtime/world.ts'
import type {
  BroadcastRow,
  ChannelSuspension,
  LeasedRecipient,
  MessageRow,
  RecipientOutcome,
  Store,
} from '../store/store.ts'
import { fateOf } from './fate.ts'
import { createOpenings } from './openings.ts'
import { createPlaces } from './places.ts'
import { composeLeased, holdersOf, paceOf, readPlan, type BroadcastPlan } from './plan.ts'
import { createSettlements } from './settlements.ts'

export interface Broadcasting {
  /** Leases what is due, and begins to send it. `more`: call again at once. */
  run(signal: AbortSignal): Promise<'more' | 'done'>
  /** Resolves when no message of a broadcast is under way and every outcome is written. */
  idle(): Promise<void>
}

interface BroadcastingDeps {
  store: Pick<
    Store,
    | 'findDueBroadcasts'
    | 'openAudience'
    | 'leaseRecipients'
    | 'takeOverRecipients'
    | 'settleRecipients'
    | 'holdBroadcast'
    | 'moveBroadcast'
    | 'findSuspensions'
    | 'findCalls'
  >
  ledger: Pick<Ledger, 'send' | 'cancel'>
  apps: Pick<Apps, 'find'>
  world: World
  quietHours?: QuietHours
  /** Of quiet hours and of the limit a user and day. Default Asia/Shanghai. */
  timeZone?: string
  /** Calls to WeChat at once. Default: `sendingRules.atOnce`. */
  atOnce?: number
}

/** A recipient that this process has leased. */
interface Leased {
  app: ReachApp
  broadcast: BroadcastRow
  plan: BroadcastPlan
  recipient: LeasedRecipient
  /** False: the broadcast does not run, and only what happened before is to be learnt. */
  mayBegin: boolean
  /** Another process may have begun to send. */
  isTakenOver: boolean
  sinceMs: number
}

export function createBroadcasting(deps: BroadcastingDeps): Broadcasting {
  const { store, ledger, apps, world, atOnce = sendingRules.atOnce } = deps
  const { clock, monotonic, log } = world
  const timeZone = deps.timeZone ?? 'Asia/Shanghai'
  const openingOf = createOpenings(deps.quietHours, timeZone)
  const settlements = createSettlements(store, world)
  const queue: Leased[] = []
  const underWay = new Set<Promise<void>>()
  const places = createPlaces(atOnce, monotonic, advance)
  /** Messages in a row that WeChat did not take, by the id of the broadcast. */
  const busy = new Map<string, number>()
  let tookOverMs = -Infinity
  let wake = () => {}

  /** One that waits too long for its turn goes back: it must not go out long after a pause. */
  function begin(): void {
    while (hasPlace() && queue.length > 0) {
      const leased = queue.shift()!
      if (monotonic.now() - leased.sinceMs > sendingRules.turnWithinMs) giveBack(leased)
      else start(leased)
    }
  }

  const hasPlace = () => places.hasRoom() && underWay.size < atOnce * sendingRules.underWayPerCall

  function advance(): void {
    begin()
    wake()
  }

  /**
   * That WeChat took it is written while another one calls. Any other outcome may hold or pause the
   * broadcast, and is written before.
   */
  function start(leased: Leased): void {
    const { turn, end } = places.prepare()
    const sending = send(leased, { turn, onTaken: end })
      .catch((err: unknown) => {
        const { broadcast, recipient } = leased
        const about = { err, broadcast: broadcast.id, user: recipient.user }
        log.error(about, 'a recipient of a broadcast is left leased')
      })
      .finally(() => {
        underWay.delete(sending)
        end()
      })
    underWay.add(sending)
  }

  const settle = ({ broadcast, recipient }: Leased, rest: Pick<RecipientOutcome, 'to'>) =>
    settlements.add(broadcast.number, {
      user: recipient.user,
      tries: recipient.tries,
      ...rest,
    })

  /** Under the same key: another process may have taken it over since, and be sending it. */
  const giveBack = (leased: Leased) => settle(leased, { to: { state: 'sending', dueInMs: 0 } })

  async function send(leased: Leased, call: Pick<SendOptions, 'turn' | 'onTaken'>): Promise<void> {
    const { app, broadcast, plan, recipient, mayBegin } = leased
    const { openId, user, tries } = recipient
    if (openId === undefined) return settle(leased, { to: erasedOutcome(leased) })
    const composed = composeLeased(plan, broadcast.id, openId, recipient)
    if (!composed.ok) return settle(leased, { to: { state: 'refused', reason: 'data_invalid' } })
    const untilMs = broadcast.deadlineMs ?? clock.now() + broadcastRules.lastsMs
    const { was, ...sent } = await ledger.send(
      app,
      composed.request,
      keyOf(broadcast, user, tries),
      {
        // A message that is not to begin has no time left; one that is known comes again.
        deadlineMs: mayBegin ? untilMs : 0,
        keyNeededUntilMs: untilMs,
        ...(broadcast.sentBy && { sentBy: broadcast.sentBy }),
        ...call,
      },
    )
    if (was === 'conflict' || !('attempted' in sent)) {
      log.error(
        { broadcast: broadcast.id, user },
        'the key of a broadcast is known for another text',
      )
      return settle(leased, { to: { state: 'refused', reason: 'message_bad' } })
    }
    const attempted = await sent.attempted
    const isQueued = attempted.state === 'queued'
    const row = (isQueued && !mayBegin && (await ledger.cancel(app, attempted.id))) || attempted
    if (was === 'new' && isQueued) await holdIfBusy(broadcast, row)
    await react(leased, row, untilMs)
  }

  async function react(leased: Leased, row: MessageRow, untilMs: number): Promise<void> {
    const { broadcast, recipient, mayBegin } = leased
    const nowMs = clock.now()
    const { to, pauses } = fateOf(row, {
      nowMs,
      nextDayMs: nextMidnightMs(nowMs, timeZone),
      isOver: untilMs <= nowMs,
      mayBegin,
    })
    // Before it is given back: else it would be leased again at once.
    if (pauses) await pause(broadcast, pauses)
    if (row.state === 'sent') busy.delete(broadcast.id)
    if (to.state === 'waiting') suspensions.delete(broadcast.appId)
    const { user, tries } = recipient
    settlements.add(broadcast.number, { user, tries, messageId: row.id, to })
  }

  /** WeChat counts by the minute; that it is busy ends at some time. */
  async function holdIfBusy(broadcast: BroadcastRow, { appId, id }: MessageRow): Promise<void> {
    const inARow = (busy.get(broadcast.id) ?? 0) + 1
    busy.set(broadcast.id, inARow)
    const nowMs = clock.now()
    const last = (await store.findCalls(appId, id)).at(-1)?.said
    if (typeof last === 'object' && last.meaning === 'too_frequent') {
      return hold(broadcast, nowMs - (nowMs % minute) + minute, 'too_frequent')
    }
    const { busyInARow, busyPauses } = sendingRules
    if (inARow % busyInARow !== 0) return
    await hold(broadcast, nowMs + doublingMs(inARow / busyInARow, busyPauses), 'wechat_busy')
  }

  async function hold({ number, id }: BroadcastRow, untilMs: number, reason: string) {
    await store.holdBroadcast({ broadcast: number, nowMs: clock.now(), untilMs, reason })
    log.info({ broadcast: id, untilMs, reason }, 'a broadcast is held')
  }

  async function pause({ appId, id }: BroadcastRow, reason: string): Promise<void> {
    const moved = await store.moveBroadcast({ appId, id, to: 'pause', nowMs: clock.now(), reason })
    if (moved?.changed) {
      log.error(
        { appId, broadcast: id, reason },
        'a broadcast is paused: end the reason, resume it',
      )
    }
  }

  const suspensions = new Map<string, { found: ChannelSuspension[]; atMs: number }>()

  async function suspensionsOf(appId: string): Promise<ChannelSuspension[]> {
    const known = suspensions.get(appId)
    const { suspensionsKnownMs } = sendingRules
    if (known && monotonic.now() - known.atMs < suspensionsKnownMs) return known.found
    const found = await store.findSuspensions(appId)
    suspensions.set(appId, { found, atMs: monotonic.now() })
    return found
  }

  /** Returns whether another step may find more at once. */
  async function serve(broadcast: BroadcastRow, limit: number): Promise<boolean> {
    const app = apps.find(broadcast.appId)
    if (!app) {
      await hold(broadcast, clock.now() + minute, 'credentials')
      return false
    }
    const plan = readPlan(broadcast.plan)
    if (broadcast.isOpening) return open(broadcast, app, plan)
    const nowMs = clock.now()
    const isOver = broadcast.deadlineMs !== undefined && broadcast.deadlineMs <= nowMs
    if (!isOver && (await isHeld(broadcast, plan, nowMs))) return false
    const paceMs = paceOf(plan, {
      startedAtMs: broadcast.startedAtMs ?? nowMs,
      waiting: broadcast.counts.waiting,
      nowMs,
    })
    const { recipients, more } = await store.leaseRecipients({
      broadcast: broadcast.number,
      nowMs,
      leaseMs: sendingRules.leaseMs,
      limit,
      ...(paceMs !== undefined && { paceMs }),
    })
    const sinceMs = monotonic.now()
    const leased = recipients.map((recipient) => ({
      recipient,
      mayBegin: true,
      isTakenOver: false,
      sinceMs,
    }))
    queue.push(...leased.map((one) => ({ app, broadcast, plan, ...one })))
    begin()
    return more
  }

  function open(broadcast: BroadcastRow, app: ReachApp, plan: BroadcastPlan) {
    return store.openAudience({
      broadcast: broadcast.number,
      nowMs: clock.now(),
      step: broadcastRules.creditsPerStep,
      ...holdersOf(plan, app.edition),
      holdout: plan.holdout,
    })
  }

  async function isHeld(
    broadcast: BroadcastRow,
    plan: BroadcastPlan,
    nowMs: number,
  ): Promise<boolean> {
    const untilDeadline = (ms: number) => Math.min(ms, broadcast.deadlineMs ?? ms)
    const opening = openingOf(plan, nowMs)
    if (opening.atMs > nowMs) {
      await hold(broadcast, untilDeadline(opening.atMs), opening.reason)
      return true
    }
    const all = await suspensionsOf(broadcast.appId)
    const found = all.find(({ channel }) => channel === plan.message.channel)
    if (found?.kind === 'shut') {
      await pause(broadcast, found.reason.code)
      return true
    }
    if (!found?.untilMs || found.untilMs <= nowMs) return false
    await hold(broadcast, untilDeadline(found.untilMs), found.reason.code)
    return true
  }

  async function takeOver(): Promise<void> {
    const nowMs = monotonic.now()
    if (nowMs - tookOverMs < sendingRules.takeOverEveryMs) return
    tookOverMs = nowMs
    const { takenOverAtOnce: limit, leaseMs } = sendingRules
    for (const { broadcast, ...recipient } of await store.takeOverRecipients({ limit, leaseMs })) {
      const app = apps.find(broadcast.appId)
      if (!app) continue
      const plan = readPlan(broadcast.plan)
      const mayBegin = broadcast.state === 'running'
      const state = { mayBegin, isTakenOver: true, sinceMs: monotonic.now() }
      queue.push({ app, broadcast, plan, recipient, ...state })
    }
    begin()
  }

  const room = () => places.room() - queue.length

  async function waitForRoom(signal: AbortSignal): Promise<void> {
    const stop = () => wake()
    signal.addEventListener('abort', stop, { once: true })
    while (!signal.aborted && !hasPlace() && room() < sendingRules.leasedAtLeast) {
      await new Promise<void>((resolve) => (wake = resolve))
    }
    signal.removeEventListener('abort', stop)
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay)
    await settlements.idle()
  }

  return {
    async run(signal) {
      await takeOver()
      const { servedAtOnce: limit } = sendingRules
      const due = await store.findDueBroadcasts({ nowMs: clock.now(), limit })
      let more = false
      for (const [n, broadcast] of due.entries()) {
        const share = Math.ceil(room() / (due.length - n))
        if (signal.aborted) break
        if (share <= 0) {
          more = true
          break
        }
        more = (await serve(broadcast, Math.min(share, sendingRules.leasedAtOnce))) || more
      }
      await waitForRoom(signal)
      if (signal.aborted) queue.splice(0).forEach(giveBack)
      return more ? 'more' : 'done'
    },
    idle,
  }
}

/** Every try has a key of its own: a message that was refused stays refused. */
const keyOf = ({ id }: BroadcastRow, user: number, tries: number): string =>
  `broadcast ${id} ${user}${tries === 0 ? '' : ` ${tries}`}`

const erasedOutcome = ({ isTakenOver }: Leased): RecipientOutcome['to'] => ({
  state: isTakenOver ? 'unknown' : 'refused',
  reason: 'user_unknown',
})
