/**
 * Spends one reserved credit on its message: calls WeChat, writes the outcome, and goes on until
 * the message is final or queued. Late replies and the suspension of channels are part of it.
 */
import type { Channel } from '../../shared/wire/index.ts'
import { quotaTimeZone, sendRules } from '../rules/sending.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { backoffMs, nextMidnightMs, type World } from '../runtime/world.ts'
import { StoreClosedError, StoreUnavailableError } from '../store/store.ts'
import type {
  MessageId,
  MessageRow,
  MessageStore,
  Probe,
  ReservedCredit,
  SentCall,
  Settle,
  Settled,
} from '../store/store.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import { failureOf } from '../wechat/call-errors.ts'
import { refusalOf } from '../wechat/errcodes.ts'
import {
  deadlinePassed,
  erased,
  finalMessage,
  lateOutcomeOf,
  outcomeOf,
  outcomeOfAbandoned,
  outcomeUnknown,
  settlementOf,
} from './outcomes.ts'
import type { SendOutcome } from './outcomes.ts'

/** The one call that each channel makes. */
export type Senders = Readonly<Record<Channel, Send>>

/**
 * One call of the send endpoint, which ends within the lease. A rejection counts as `unknown`: how
 * far the call went cannot be said.
 */
export type Send = (app: ReachApp, call: SendCall) => Promise<AuthorizedReply<unknown>>

export interface SendCall {
  openId: string
  /** What is presented to WeChat for the credit: formId, prepay_id, templateId. */
  ref: string
  /** The request without channel, user and deadline, as the message stores it. */
  fields: unknown
}

export interface SpendDeps {
  store: MessageStore
  senders: Senders
  world: World
  holder: string
  /** Aborted at shutdown: what cannot be written now is left to its lease. */
  shutdown: AbortSignal
}

/** A message that this process may send, with the credit that is reserved for it. */
export interface LeasedMessage {
  app: ReachApp
  message: MessageRow
  credit: ReservedCredit
  /** Admitted through a shut channel: success resumes it, unless it was shut again since. */
  probe: Probe
  /** Its former holder died, so the credit may have been presented already. */
  abandoned: boolean
  /** See SendOptions. */
  turn?: (() => Promise<boolean>) | undefined
  onTaken?: (() => void) | undefined
}

/**
 * Resolves with the message once it is final, queued for later, or left to its lease at shutdown.
 * Rejects when the outcome cannot be written.
 */
export async function spend(deps: SpendDeps, leased: LeasedMessage): Promise<MessageRow> {
  const { store, holder, world } = deps
  const { app, probe } = leased
  const startedMs = world.monotonic.now()
  const lateReplies: LateReply[] = []
  const isDue = !leased.turn || (await leased.turn())
  for (let { message, credit, abandoned } = leased; ; abandoned = false) {
    const begun = { credit, atMs: world.clock.now(), startedMs: world.monotonic.now() }
    const reply = abandoned
      ? 'abandoned'
      : isDue
        ? await callWechat(deps, app, message, credit)
        : 'expired'
    const call = callOf(begun, reply, world)
    if (typeof reply === 'object' && reply.result === 'unknown' && reply.lateReply) {
      lateReplies.push({ begun, reply: reply.lateReply })
    }
    const outcome = outcomeAfter(reply, credit)
    logFailure(world.log, reply, message)
    if (outcome.kind === 'sent') leased.onTaken?.()
    // Before the message is settled, so that no later message is sent on a suspended channel.
    await updateChannelState(deps, outcome, { app, message, probe })
    const nowMs = world.clock.now()
    const settlement: Settle = {
      id: message.id,
      holder,
      attempts: message.attempts,
      nowMs,
      ...(call && { call }),
      ...settlementOf(outcome, {
        message,
        edition: app.edition,
        nowMs,
        tryingMs: world.monotonic.now() - startedMs,
        random: world.random,
      }),
    }
    const settled = await persist(deps, message.id, () => settleOrFind(store, settlement, message))
    if (!settled.credit) {
      if (settled.message.state === 'unknown') {
        for (const lateReply of lateReplies) {
          void settleLateReply(deps, { app, message, credit, probe }, lateReply)
        }
      }
      return settled.message
    }
    message = settled.message
    credit = settled.credit
    // Another credit: it is tried at once. The same one again: after a pause.
    if (credit.presentations === 1) continue
    const pauseMs = backoffMs(credit.presentations - 1, world.random, sendRules.backoff)
    await world.monotonic.wait(pauseMs, deps.shutdown)
    if (deps.shutdown.aborted) return message
  }
}

/** By the platform's clock and by the machine's. */
interface BegunCall {
  credit: ReservedCredit
  atMs: number
  startedMs: number
}

/** A call that timed out, and the reply that may come yet. */
interface LateReply {
  begun: BegunCall
  reply: Promise<AuthorizedReply<unknown>>
}

type Reply = AuthorizedReply<unknown> | 'abandoned' | 'expired' | 'erased'

/** What is kept of a call. `undefined`: none was made. */
function callOf(
  { credit, atMs, startedMs }: BegunCall,
  reply: Reply,
  { monotonic }: World,
): SentCall | undefined {
  if (reply === 'expired' || reply === 'erased') return undefined
  const said = saidBy(reply)
  return {
    atMs,
    ...(reply !== 'abandoned' && { tookMs: Math.round(monotonic.now() - startedMs) }),
    credit: credit.id,
    kind: credit.kind,
    ...(said !== undefined && { said }),
  }
}

const abandonedCode = 'ABANDONED'

function saidBy(reply: AuthorizedReply<unknown> | 'abandoned'): SentCall['said'] {
  if (reply === 'abandoned') return abandonedCode
  switch (reply.result) {
    case 'answered':
      return reply.errcode === 0 ? undefined : refusalOf(reply)
    case 'no_token':
      return refusalOf(reply, reply.call)
    case 'not_sent':
    case 'unknown':
      return failureOf(reply.cause).code
    default:
      return reply satisfies never
  }
}

async function callWechat(
  { senders, world }: SpendDeps,
  app: ReachApp,
  message: MessageRow,
  credit: ReservedCredit,
): Promise<AuthorizedReply<unknown> | 'expired' | 'erased'> {
  const { openId, payload, deadlineMs } = message
  // The reservation was written, or read, only after a long outage. A form that was presented
  // before is presented again, to learn the outcome of the earlier call.
  if (credit.presentations === 1 && deadlineMs <= world.clock.now()) return 'expired'
  if (openId === undefined || payload === undefined) return 'erased'
  const call = { openId, ref: credit.ref, fields: JSON.parse(payload) as unknown }
  try {
    return await senders[message.channel](app, call)
  } catch (cause) {
    world.log.error({ err: cause, message: message.id }, 'a send threw: its outcome is unknown')
    return { result: 'unknown', cause }
  }
}

function logFailure(log: World['log'], reply: Reply, { appId, channel, id }: MessageRow): void {
  const about = { appId, channel, message: id }
  if (reply === 'abandoned') {
    log.warn(
      { ...about, code: abandonedCode },
      'the outcome of a send is unknown: its process ended',
    )
  } else if (typeof reply === 'object' && 'cause' in reply) {
    const { code } = failureOf(reply.cause)
    const text =
      reply.result === 'unknown'
        ? 'the outcome of a send is unknown'
        : 'a send did not reach WeChat'
    log.warn({ ...about, code }, text)
  }
}

/** Tells of a message that was refused. A refusal of WeChat may need the operator. */
export function logRefusal(log: World['log'], { id, appId, channel, state, reason }: MessageRow) {
  if (state !== 'refused' || !reason) return
  const { code, wechat } = reason
  const about = { appId, channel, message: id, code, wechat }
  log[wechat ? 'warn' : 'info'](about, 'a message was refused')
}

function outcomeAfter(reply: Reply, credit: ReservedCredit): SendOutcome {
  if (reply === 'abandoned') return outcomeOfAbandoned(credit)
  if (reply === 'expired') return { kind: 'refused', reason: deadlinePassed }
  if (reply !== 'erased') return outcomeOf(reply, credit)
  // An earlier presentation may have been taken.
  return credit.presentations > 1
    ? { kind: 'unknown', reason: outcomeUnknown }
    : { kind: 'refused', reason: erased }
}

/**
 * Where the store does not accept the settlement, another holder or report has decided the message
 * since: the message as it stands now.
 */
async function settleOrFind(
  store: MessageStore,
  settlement: Settle,
  message: MessageRow,
): Promise<Pick<Settled, 'message' | 'credit'>> {
  const settled = await store.settle(settlement)
  return settled ?? { message: (await store.findMessage(message.appId, message.id)) ?? message }
}

/**
 * Settles an `unknown` message by a reply that came after the time-out. Its use was counted as
 * spent when the message became unknown, and a refusal does not give it back: whoever read
 * `unknown` may have asked the user for another credit since. Never rejects.
 */
async function settleLateReply(
  deps: SpendDeps,
  { app, message, credit, probe }: Omit<LeasedMessage, 'abandoned'>,
  late: LateReply,
): Promise<void> {
  const { store, world, holder } = deps
  const { id, attempts } = message
  const reply = await late.reply
  const call = callOf(late.begun, reply, world)
  const outcome = lateOutcomeOf(reply, credit)
  try {
    await updateChannelState(deps, outcome, { app, message, probe })
    if (outcome.kind === 'unknown') return
    const settlement: Settle = {
      id,
      holder,
      attempts,
      nowMs: world.clock.now(),
      ...(call && { call }),
      credit: { outcome: 'spent' },
      message: finalMessage(outcome),
    }
    const settled = await persist(deps, id, () => store.settle(settlement))
    if (!settled) return
    world.log.info({ message: id, state: settled.message.state }, 'a late reply came')
    logRefusal(world.log, settled.message)
  } catch (err) {
    world.log.error({ err, message: id }, 'a late reply could not be written: still unknown')
  }
}

/** Suspends the channel where WeChat's reply says so, and resumes it after a successful probe. */
async function updateChannelState(
  deps: SpendDeps,
  outcome: SendOutcome,
  { app: { appId }, message: { id, channel }, probe }: Omit<LeasedMessage, 'credit' | 'abandoned'>,
): Promise<void> {
  const { store, world } = deps
  const { log, clock } = world
  if (probe && outcome.kind === 'sent') {
    log.info(
      { appId, channel },
      'a probe succeeded: its channel is resumed unless it was shut again since',
    )
    await persist(deps, id, () => store.resumeChannel(appId, channel, probe.shutAtMs))
  }
  const suspension = 'suspension' in outcome ? outcome.suspension : undefined
  if (!suspension) return
  const atMs = clock.now()
  const untilMs = suspension.kind === 'pause' ? nextMidnightMs(atMs, quotaTimeZone) : null
  log.warn({ appId, channel, ...suspension }, 'WeChat takes no messages on this channel')
  await persist(deps, id, () =>
    store.suspendChannel({ ...suspension, appId, channel, untilMs, atMs }),
  )
}

/**
 * Writes an outcome, however long the database is away: a known outcome must not become unknown
 * because a disk was full. Other errors are retried for a while, whatever they say: an unforeseen
 * one loses as much. `write` may run again after it succeeded.
 */
async function persist<Written>(
  { world, shutdown }: SpendDeps,
  message: MessageId,
  write: () => Promise<Written>,
): Promise<Written> {
  for (let failures = 1; ; failures++) {
    try {
      return await write()
    } catch (err) {
      const hasEnded = shutdown.aborted || err instanceof StoreClosedError
      const isAway = err instanceof StoreUnavailableError
      if (hasEnded || (failures >= sendRules.rewriteTries && !isAway)) throw err
      // Once: a long outage need not be logged with every try of every message.
      if (failures === 1) {
        world.log.error({ err, message }, 'an outcome could not be written: trying until it is')
      }
      const pauseMs = backoffMs(failures, world.random, sendRules.rewriteBackoff)
      await world.monotonic.wait(pauseMs, shutdown)
    }
  }
}
