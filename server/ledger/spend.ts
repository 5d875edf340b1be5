/** One message with a reserved credit → its outcome: call, settle, and on until the message rests. */
import type { Channel } from '../../shared/wire.ts'
import type { ReachApp } from '../apps.ts'
import type { MessageRow, MessageStore, ReservedCredit, Settle, Settled } from '../store/store.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import type { World } from '../world.ts'
import { backoffMs } from './backoff.ts'
import { hearLate } from './late-reply.ts'
import { mindChannel } from './mind-channel.ts'
import { outcomeOf, outcomeOfAbandoned } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { erased, late, nobodyKnows } from './reasons.ts'
import { persist } from './persist.ts'
import { settlementOf } from './settlement.ts'

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

export interface InHand {
  app: ReachApp
  message: MessageRow
  credit: ReservedCredit
  /** Sent through a shut channel: success opens it. */
  probe: boolean
  /** Its holder died, so the credit may have been shown already. */
  abandoned: boolean
}

/** Resolves with the message as it rests: settled, queued for later, or left to its lease where the process ends. */
export async function spend(deps: SpendDeps, inHand: InHand): Promise<MessageRow> {
  const { store, holder, world } = deps
  const { app, probe } = inHand
  const startedMs = world.monotonic.now()
  const lateReplies: Promise<AuthorizedReply<unknown>>[] = []
  for (let { message, credit, abandoned } = inHand; ; abandoned = false) {
    const reply = abandoned ? 'abandoned' : await attempt(deps, app, message, credit)
    if (typeof reply === 'object' && reply.fate === 'unknown' && reply.late)
      lateReplies.push(reply.late)
    const outcome = outcomeAfter(reply, credit)
    // Before the message is settled, so that no later one slips through.
    await mindChannel(deps, outcome, { app, message, probe })
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
        for (const one of lateReplies) void hearLate(deps, { app, message, credit, probe }, one)
      }
      return told
    }
    message = told
    credit = next
    if (credit.shown === 1) continue
    await world.monotonic.wait(backoffMs(credit.shown - 1, world.random), deps.ending)
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
    ? { outcome: 'unknown', reason: nobodyKnows }
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
    return { fate: 'unknown', cause }
  }
}
