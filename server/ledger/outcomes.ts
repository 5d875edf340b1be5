/**
 * The table of outcomes: what WeChat's reply does to the credit and to its message, and what is
 * written for it. Pure but for the jitter of a retry.
 */
import type { Channel, CreditKind, MessageReason } from '../../shared/wire/index.ts'
import { spendableKinds, type Edition } from '../rules/credits.ts'
import { sendRules } from '../rules/sending.ts'
import { backoffMs, type Random } from '../runtime/world.ts'
import type { MessageRow, Settle } from '../store/store.ts'
import type { Answered, AuthorizedReply } from '../wechat/call.ts'
import { failureOf } from '../wechat/call-errors.ts'
import { meaningOf, refusalOf, type Call } from '../wechat/errcodes.ts'

export type SendOutcome =
  /** One use is gone. `inferred`: an earlier call, whose reply was lost, had counted. */
  | { kind: 'sent'; inferred: boolean; platformId?: string }
  /** The credit is dead, with all its uses; the next one is tried. */
  | { kind: 'credit_rejected'; meaning: string; reason: MessageReason }
  /** The use is given back; the message ends. */
  | { kind: 'refused'; reason: MessageReason; suspension?: Suspension }
  /** The use is given back; the message is tried again later. `reason`: if its deadline is near. */
  | { kind: 'busy'; reason: MessageReason }
  /** The use stays reserved: the same credit is presented to WeChat once more. */
  | { kind: 'present_again' }
  /** The use counts as spent; the message ends, and may have arrived. */
  | { kind: 'unknown'; reason: MessageReason; suspension?: Suspension }

type FinalOutcome = Extract<SendOutcome, { kind: 'sent' | 'refused' | 'unknown' }>

/**
 * Nothing else is sent on this channel either. `shut`: until an operator resumes it or a probe
 * succeeds. `pause`: until the platform's day ends.
 */
interface Suspension {
  kind: 'shut' | 'pause'
  reason: MessageReason
}

interface Attempt {
  kind: CreditKind
  /** How often this reservation was presented to WeChat, this time included. */
  presentations: number
}

export function outcomeOf(reply: AuthorizedReply<unknown>, attempt: Attempt): SendOutcome {
  return attempt.presentations > 1
    ? outcomeAfterUnknown(reply, attempt)
    : firstOutcome(reply, attempt)
}

/** The outcome of a lease whose holder died: it may have called WeChat, or not. */
export const outcomeOfAbandoned = (attempt: Attempt): SendOutcome =>
  canPresentAgain(attempt) ? { kind: 'present_again' } : unknown

/** The same after a call that had no usable reply. */
const outcomeWithoutReply = (cause: unknown, attempt: Attempt): SendOutcome =>
  canPresentAgain(attempt) ? { kind: 'present_again' } : unknownAfter(cause)

/** WeChat takes a form credit exactly once, so that presenting it again cannot send twice. */
const canPresentAgain = ({ kind, presentations }: Attempt) =>
  kind === 'form' && presentations <= sendRules.formAttempts

/**
 * The outcome of a reply that comes after the message became `unknown`. Its use counts as spent by
 * then, and stays so: the outcome decides the state of the message, and whether the channel is
 * suspended. `unknown`: the reply decides nothing. -1 (busy) decides nothing either: other messages
 * are retried after it, an unknown one never is.
 *
 * @param attempt the last one: of several calls with one form credit, a refusal concerns only its
 * own
 */
export function lateOutcomeOf(reply: AuthorizedReply<unknown>, attempt: Attempt): FinalOutcome {
  const outcome = outcomeOf(reply, attempt)
  switch (outcome.kind) {
    case 'sent':
    case 'refused':
    case 'unknown':
      return outcome
    case 'credit_rejected':
      return { kind: 'refused', reason: rejectedBecause(outcome.reason) }
    case 'busy':
    case 'present_again':
      return unknown
    default:
      return outcome satisfies never
  }
}

function firstOutcome(reply: AuthorizedReply<unknown>, attempt: Attempt): SendOutcome {
  switch (reply.result) {
    case 'unknown':
      return outcomeWithoutReply(reply.cause, attempt)
    case 'not_sent':
      return { kind: 'busy', reason: notReached(reply.cause) }
    case 'no_token':
      // Whatever is wrong with the token, the operator has to correct it.
      return {
        kind: 'refused',
        reason: { ...reasonOf(reply, reply.call), code: 'credentials' },
      }
    case 'answered':
      return answeredOutcome(reply)
    default:
      return reply satisfies never
  }
}

function answeredOutcome(reply: Answered): SendOutcome {
  const { effect, meaning } = meaningOf(reply.errcode)
  switch (effect) {
    case 'sent':
      return sent(reply)
    case 'credit_rejected':
      return { kind: 'credit_rejected', meaning, reason: reasonOf(reply) }
    case 'busy':
      return { kind: 'busy', reason: stayedBusy(reply) }
    case 'message_rejected':
    case 'token_rejected':
      return { kind: 'refused', reason: reasonOf(reply) }
    case 'not_permitted':
    case 'quota':
      return { kind: 'refused', reason: reasonOf(reply), ...suspensionOf(reply) }
    default:
      return effect satisfies never
  }
}

/** Later events name the message by WeChat's id; a rounded number would name another message. */
function sent({ body }: Answered): SendOutcome {
  const msgid = (body as { msgid?: unknown } | undefined)?.msgid
  const exact = typeof msgid === 'string' || Number.isSafeInteger(msgid)
  return { kind: 'sent', inferred: false, ...(exact && { platformId: String(msgid) }) }
}

/**
 * The first call may have arrived, so the credit is never free again. 0 and 41029 (used before)
 * prove that the message is there; other replies say nothing about the first call.
 */
function outcomeAfterUnknown(reply: AuthorizedReply<unknown>, attempt: Attempt): SendOutcome {
  if (reply.result === 'no_token') return unknown
  if (reply.result === 'answered') {
    const { effect, meaning } = meaningOf(reply.errcode)
    if (effect === 'sent') return sent(reply)
    if (meaning === 'form_id_used') return { kind: 'sent', inferred: true }
    if (effect !== 'busy') return { ...unknown, ...suspensionOf(reply) }
  }
  return reply.result === 'answered'
    ? outcomeOfAbandoned(attempt)
    : outcomeWithoutReply(reply.cause, attempt)
}

function suspensionOf(reply: Answered): { suspension?: Suspension } {
  const { effect } = meaningOf(reply.errcode)
  if (effect === 'quota') return { suspension: { kind: 'pause', reason: reasonOf(reply) } }
  if (effect === 'not_permitted') return { suspension: { kind: 'shut', reason: reasonOf(reply) } }
  return {}
}

/** What is known when an outcome is written. */
interface SettleContext {
  message: MessageRow
  edition: Edition
  nowMs: number
  /** How long this message has been trying credits, by the machine's clock. */
  tryingMs: number
  random: Random
}

/** The outcome of the credit and the state of the message, as the store writes them. */
export function settlementOf(
  outcome: SendOutcome,
  context: SettleContext,
): Pick<Settle, 'credit' | 'message'> {
  switch (outcome.kind) {
    case 'sent':
    case 'unknown':
      return { credit: { outcome: 'spent' }, message: finalMessage(outcome) }
    case 'refused':
      return { credit: { outcome: 'givenBack' }, message: finalMessage(outcome) }
    case 'present_again':
      return {
        credit: { outcome: 'kept' },
        message: { state: 'again', leaseMs: sendRules.leaseMs },
      }
    case 'busy':
      return {
        credit: { outcome: 'givenBack' },
        message: retryOrRefuse(outcome.reason, context),
      }
    case 'credit_rejected':
      return {
        credit: { outcome: 'dead', reason: outcome.meaning },
        message: nextCreditOrRefuse(outcome.reason, context),
      }
    default:
      return outcome satisfies never
  }
}

/** The message in its final state. */
export function finalMessage(outcome: FinalOutcome): Settle['message'] {
  if (outcome.kind !== 'sent') return { state: outcome.kind, reason: outcome.reason }
  const { kind: state, ...rest } = outcome
  return { state, ...rest }
}

/** A retry that would begin after the deadline is not scheduled. */
function retryOrRefuse(
  reason: MessageReason,
  { message, nowMs, random }: SettleContext,
): Settle['message'] {
  const dueInMs = backoffMs(message.attempts, random, sendRules.backoff)
  return nowMs + dueInMs < message.deadlineMs
    ? { state: 'queued', dueInMs, ifUnknown: reason }
    : { state: 'refused', reason }
}

function nextCreditOrRefuse(
  rejection: MessageReason,
  { message, edition, tryingMs }: SettleContext,
): Settle['message'] {
  const reason = rejectedBecause(rejection)
  const rejected = message.rejectedCredits + 1
  if (rejected >= sendRules.creditsPerMessage || tryingMs >= sendRules.creditsWithinMs) {
    return { state: 'refused', reason }
  }
  return {
    state: 'next',
    leaseMs: sendRules.leaseMs,
    kinds: spendableKinds[edition][message.channel],
    ...(message.channel === 'subscribe' && { ref: message.templateId! }),
    ifNone: reason,
  }
}

// Why a message is not sent.

export const noCredit: MessageReason = {
  code: 'no_credit',
  detail:
    'The user holds no credit for this message now: a template message needs a form or a ' +
    'payment, a subscribe message a consent to its template, customer service a message of the ' +
    'user. `reserved` are held by other messages and may come back.',
}

export const retired: MessageReason = {
  code: 'retired',
  detail:
    'WeChat retired template messages on 2020-01-10: send subscribe messages instead, ' +
    'or set WECHAT_EDITION=2018 against a sandbox.',
}

export const notInEdition: MessageReason = {
  code: 'not_in_edition',
  detail:
    'Subscribe messages are of the edition 2026, and this app follows 2018: ' +
    'set WECHAT_EDITION=2026.',
}

/** Why there is no credit: the user has none, or the app's edition spends none of the channel. */
export function ifNoneFor(edition: Edition, channel: Channel): MessageReason {
  if (spendableKinds[edition][channel].length > 0) return noCredit
  return channel === 'template' ? retired : notInEdition
}

export const deadlinePassed: MessageReason = {
  code: 'deadline',
  detail:
    'The deadline of the message came before WeChat could be asked, or while it was busy or out ' +
    'of reach: send it again under a new Idempotency-Key.',
}

const mayHaveArrived =
  'The message may have arrived. It is never sent again by itself, and its credit counts as used.'

export const outcomeUnknown: MessageReason = {
  code: 'outcome_unknown',
  detail: `The call went out and its reply was lost. ${mayHaveArrived}`,
}

const unknown = { kind: 'unknown' as const, reason: outcomeUnknown }

const unknownAfter = (cause: unknown) => ({
  kind: 'unknown' as const,
  reason: { ...outcomeUnknown, detail: `${failureOf(cause).detail} ${mayHaveArrived}` },
})

const newKey = 'Send the message again under a new Idempotency-Key.'

const notReached = (cause: unknown): MessageReason => ({
  code: 'deadline',
  detail: `The deadline came before WeChat was reached. ${failureOf(cause).detail} ${newKey}`,
})

const stayedBusy = (refusal: Answered): MessageReason => ({
  code: 'deadline',
  detail: `The deadline came while WeChat was busy. ${newKey}`,
  wechat: refusalOf(refusal),
})

export const erased: MessageReason = {
  code: 'user_unknown',
  detail: "The user, or the message's content, was erased before it could be sent.",
}

export const notServed: MessageReason = {
  code: 'credentials',
  detail:
    'This server no longer serves the app of the message: add it to WECHAT_APPID or REACH_APPS.',
}

const creditsRejected: MessageReason = {
  code: 'credits_rejected',
  detail: 'WeChat refused the credits of this user one after the other; they are marked dead.',
}

const rejectedBecause = ({ wechat }: MessageReason): MessageReason => ({
  ...creditsRejected,
  ...(wechat && { wechat }),
})

/** WeChat's refusal, with its number, its words and what to do. */
export function reasonOf(
  refusal: { errcode: number; errmsg: string },
  call: Call = 'send',
): MessageReason {
  const meaning = meaningOf(refusal.errcode, call)
  const code = 'reason' in meaning ? meaning.reason : 'message_bad'
  return { code, detail: meaning.advice, wechat: refusalOf(refusal, call) }
}
