/** One message with a reserved credit → its outcome: call, settle, and on until the message rests. */
import type { Channel } from '../../shared/wire/index.ts'
import { quotaTimeZone, sendRules } from '../rules/sending.ts'
import { spendableKinds } from '../rules/credits.ts'
import type { Edition } from '../rules/credits.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { backoffMs } from '../runtime/concurrency.ts'
import { nextMidnightMs } from '../runtime/time.ts'
import type { World, Random } from '../runtime/world.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import type {
  MessageRow,
  MessageStore,
  ReservedCredit,
  Settle,
  Settled,
  MessageId,
} from '../store/store.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import {
  outcomeOf,
  outcomeOfAbandoned,
  erased,
  late,
  outcomeUnknown,
  lateOutcomeOf,
  creditsRejected,
} from './outcomes.ts'
import type { Outcome } from './outcomes.ts'

export interface SendCall {
  openId: string
  /** What must be shown to WeChat for the credit: formId, prepay_id, templateId. */
  ref: string
  /** The request without channel, user and deadline, as the message keeps it. */
  fields: unknown
}

/**
 * One call of the send endpoint, which ends within the lease. A rejection counts as `unknown`: nobody can say
 * how far it went.
 */
export type Send = (app: ReachApp, call: SendCall) => Promise<AuthorizedReply<unknown>>

/** All that tells the channels apart. */
export type Senders = Readonly<Record<Channel, Send>>

export interface SpendDeps {
  store: MessageStore
  senders: Senders
  world: World
  holder: string
  /** Aborted: the process ends, and what cannot be written now is left to its lease. */
  ending: AbortSignal
}

export interface LeasedMessage {
  app: ReachApp
  message: MessageRow
  credit: ReservedCredit
  /** Sent through a shut channel: success opens it. */
  probe: boolean
  /** Its holder died, so the credit may have been shown already. */
  abandoned: boolean
}

/** Resolves with the message as it rests: settled, queued for later, or left to its lease where the process ends. */
export async function spend(deps: SpendDeps, leased: LeasedMessage): Promise<MessageRow> {
  const { store, holder, world } = deps
  const { app, probe } = leased
  const startedMs = world.monotonic.now()
  const lateReplies: Promise<AuthorizedReply<unknown>>[] = []
  for (let { message, credit, abandoned } = leased; ; abandoned = false) {
    const reply = abandoned ? 'abandoned' : await attempt(deps, app, message, credit)
    if (typeof reply === 'object' && reply.result === 'unknown' && reply.late)
      lateReplies.push(reply.late)
    const outcome = outcomeAfter(reply, credit)
    // Before the message is settled, so that no later one slips through.
    await updateChannelState(deps, outcome, { app, message, probe })
    const settlement: Settle = {
      id: message.id,
      holder,
      attempts: message.attempts,
      nowMs: world.clock.now(),
      ...settlementOf(outcome, {
        message,
        edition: app.edition,
        nowMs: world.clock.now(),
        burningMs: world.monotonic.now() - startedMs,
        random: world.random,
      }),
    }
    const { message: told, credit: next } = await persist(deps, message.id, () =>
      settleOrFind(store, settlement, message),
    )
    if (!next) {
      if (told.state === 'unknown') {
        for (const one of lateReplies)
          void settleLateReply(deps, { app, message, credit, probe }, one)
      }
      return told
    }
    message = told
    credit = next
    if (credit.shown === 1) continue
    await world.monotonic.wait(
      backoffMs(credit.shown - 1, world.random, sendRules.backoff),
      deps.ending,
    )
    if (deps.ending.aborted) return message
  }
}

/** Not settled: another one has told of it since, or shows the form again and answers for that. */
async function settleOrFind(
  store: MessageStore,
  settlement: Settle,
  message: MessageRow,
): Promise<Pick<Settled, 'message' | 'credit'>> {
  const settled = await store.settle(settlement)
  return settled ?? { message: (await store.findMessage(message.appId, message.id)) ?? message }
}

function outcomeAfter(
  reply: AuthorizedReply<unknown> | 'abandoned' | 'late' | 'erased',
  credit: ReservedCredit,
): Outcome {
  if (reply === 'abandoned') return outcomeOfAbandoned(credit)
  if (reply === 'late') return { outcome: 'refused', reason: late }
  if (reply !== 'erased') return outcomeOf(reply, credit)
  // Shown before, it may have been taken then.
  return credit.shown > 1
    ? { outcome: 'unknown', reason: outcomeUnknown }
    : { outcome: 'refused', reason: erased }
}

async function attempt(
  { senders, world }: SpendDeps,
  app: ReachApp,
  message: MessageRow,
  credit: ReservedCredit,
): Promise<AuthorizedReply<unknown> | 'late' | 'erased'> {
  const { openId, payload, deadlineMs } = message
  // Written, or read, only after a long outage. A form that was shown before is shown to learn what became of it.
  if (credit.shown === 1 && deadlineMs <= world.clock.now()) return 'late'
  if (openId === undefined || payload === undefined) return 'erased'
  const call = { openId, ref: credit.ref, fields: JSON.parse(payload) as unknown }
  try {
    return await senders[message.channel](app, call)
  } catch (cause) {
    world.log.error(
      { err: cause, message: message.id },
      'a send threw: what became of it, nobody knows',
    )
    return { result: 'unknown', cause }
  }
}

/** A reply that comes when its message is `unknown` already. */

/**
 * Settles the message by what `lateReply` tells. Its credit was counted as used when the message became unknown, and a
 * refusal does not give it back: whoever was told so may have asked the user for another since. Never rejects.
 */
export async function settleLateReply(
  deps: Pick<SpendDeps, 'store' | 'world' | 'holder' | 'ending'>,
  { app, message, credit, probe }: Omit<LeasedMessage, 'abandoned'>,
  lateReply: Promise<AuthorizedReply<unknown>>,
): Promise<void> {
  const { store, world, holder } = deps
  const { id, attempts } = message
  const outcome = lateOutcomeOf(await lateReply, credit)
  try {
    await updateChannelState(deps, outcome, { app, message, probe })
    const told = toldBy(outcome)
    if (!told) return
    const settlement: Settle = {
      id,
      holder,
      attempts,
      nowMs: world.clock.now(),
      credit: { outcome: 'spent' },
      message: told,
    }
    const settled = await persist(deps, id, () => store.settle(settlement))
    if (settled) world.log.info({ message: id, state: settled.message.state }, 'a late reply came')
  } catch (err) {
    world.log.error({ err, message: id }, 'a late reply could not be written: still unknown')
  }
}

function toldBy(outcome: ReturnType<typeof lateOutcomeOf>): Settle['message'] | undefined {
  switch (outcome.outcome) {
    case 'sent': {
      const { outcome: state, ...rest } = outcome
      return { state, ...rest }
    }
    case 'refused':
      return { state: outcome.outcome, reason: outcome.reason }
    case 'unknown':
      return undefined
    default:
      return outcome satisfies never
  }
}

/** What an outcome means for all that goes out on its channel. */

/** Shuts or pauses the channel when WeChat says so, and opens it when a probe went through. */
export async function updateChannelState(
  deps: Pick<SpendDeps, 'store' | 'world' | 'ending'>,
  outcome: Outcome,
  { app, message, probe }: Pick<LeasedMessage, 'app' | 'message' | 'probe'>,
): Promise<void> {
  const { store, world } = deps
  const { appId } = app
  const { id, channel } = message
  const { log, clock } = world
  if (probe && outcome.outcome === 'sent') {
    log.info({ appId, channel }, 'WeChat takes messages on this channel again: it is open')
    await persist(deps, id, () => store.resumeChannel(appId, channel))
  }
  const stop = 'stop' in outcome ? outcome.stop : undefined
  if (!stop) return
  const atMs = clock.now()
  log.warn({ appId, channel, ...stop }, 'WeChat takes no messages on this channel: sending stops')
  const untilMs = stop.kind === 'pause' ? nextMidnightMs(atMs, quotaTimeZone) : null
  await persist(deps, id, () => store.suspendChannel({ ...stop, appId, channel, untilMs, atMs }))
}

/** An outcome → what is written: the fate of the credit and the state of the message. Pure but for its jitter. */

export interface Circumstances {
  message: MessageRow
  edition: Edition
  nowMs: number
  /** How long this message has been burning through credits, by the machine's clock. */
  burningMs: number
  random: Random
}

export function settlementOf(
  outcome: Outcome,
  circumstances: Circumstances,
): Pick<Settle, 'credit' | 'message'> {
  switch (outcome.outcome) {
    case 'sent': {
      const { outcome: state, ...told } = outcome
      return { credit: { outcome: 'spent' }, message: { state, ...told } }
    }
    case 'unknown':
      return {
        credit: { outcome: 'spent' },
        message: { state: 'unknown', reason: outcome.reason },
      }
    case 'refused':
      return {
        credit: { outcome: 'givenBack' },
        message: { state: 'refused', reason: outcome.reason },
      }
    case 'again':
      return {
        credit: { outcome: 'kept' },
        message: { state: 'again', leaseMs: sendRules.leaseMs },
      }
    case 'busy':
      return { credit: { outcome: 'givenBack' }, message: later(circumstances) }
    case 'credit_bad':
      return {
        credit: { outcome: 'dead', reason: outcome.word },
        message: nextCredit(outcome, circumstances),
      }
    default:
      return outcome satisfies never
  }
}

/** A try that would begin after the deadline is not waited for. */
function later({ message, nowMs, random }: Circumstances): Settle['message'] {
  const dueInMs = backoffMs(message.attempts, random, sendRules.backoff)
  return nowMs + dueInMs < message.deadlineMs
    ? { state: 'queued', dueInMs, ifUnknown: late }
    : { state: 'refused', reason: late }
}

function nextCredit(
  { reason: { wechat } }: Extract<Outcome, { outcome: 'credit_bad' }>,
  { message, edition, burningMs }: Circumstances,
): Settle['message'] {
  const reason = { ...creditsRejected, ...(wechat && { wechat }) }
  const burnt = message.rejectedCredits + 1
  if (burnt >= sendRules.creditsPerMessage || burningMs >= sendRules.creditsWithinMs) {
    return { state: 'refused', reason }
  }
  return {
    state: 'next',
    leaseMs: sendRules.leaseMs,
    kinds: spendableKinds(message.channel, edition),
    ...(message.channel === 'subscribe' && { ref: message.templateId! }),
    ifNone: reason,
  }
}

/** What is known must not become "nobody knows" because a disk was full. */

export interface PersistDeps {
  world: Pick<World, 'log' | 'monotonic' | 'random'>
  /** Aborted: the process ends, and tries nothing again. What it leaves has a lease. */
  ending: AbortSignal
}

/**
 * Writes what became of a message, however long the database is away. Other errors are borne for a while, whatever they
 * say: one that nobody foresaw loses as much as one that has a name. `write` may be done again after it was done.
 */
export async function persist<Written>(
  { world, ending }: PersistDeps,
  message: MessageId,
  write: () => Promise<Written>,
): Promise<Written> {
  for (let failures = 1; ; failures++) {
    try {
      return await write()
    } catch (err) {
      const isAway = err instanceof StoreUnavailableError
      if (ending.aborted || (failures >= sendRules.rewriteTries && !isAway)) throw err
      // Once: of a long outage the log need not tell with every try of every message.
      if (failures === 1) {
        world.log.error({ err, message }, 'an outcome could not be written: trying until it is')
      }
      await world.monotonic.wait(
        backoffMs(failures, world.random, sendRules.rewriteBackoff),
        ending,
      )
    }
  }
}
