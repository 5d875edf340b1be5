/** The table of outcomes: what the platform's reply does to the credit and to its message. Pure. */
import type { CreditKind, MessageReason } from '../../shared/wire/index.ts'
import { sendRules } from '../rules/sending.ts'
import { meaningOf, refusalOf } from '../wechat/errcodes/errcodes.ts'
import type { Call } from '../wechat/errcodes/errcodes.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'

export type Outcome =
  /** One use is gone. `inferred`: a call before this one, whose reply was lost, had counted. */
  | { outcome: 'sent'; inferred: boolean; platformId?: string }
  /** The credit is dead, with all its uses; the next one is tried. */
  | { outcome: 'credit_bad'; word: string; reason: MessageReason }
  /** Given back; the message ends. `stop`: nothing else goes out on this channel for now either. */
  | { outcome: 'refused'; reason: MessageReason; stop?: Stop }
  /** Given back; tried again later. */
  | { outcome: 'busy' }
  /** Kept: the same credit is shown to WeChat once more. */
  | { outcome: 'again' }
  /** Counted as used; the message ends, and may have arrived. */
  | { outcome: 'unknown'; reason: MessageReason; stop?: Stop }

/** `shut`: until it is opened or a probe succeeds. `pause`: until the platform's day ends. */
export interface Stop {
  kind: 'shut' | 'pause'
  reason: MessageReason
}

export interface Attempt {
  kind: CreditKind
  /** How often this reservation was shown to WeChat, this time included. */
  shown: number
}

/** Only a form credit is taken by WeChat exactly once, so that showing it again cannot send twice. */
const canShowAgain = ({ kind, shown }: Attempt) =>
  kind === 'form' && shown <= sendRules.formAttempts

export function outcomeOf(reply: AuthorizedReply<unknown>, attempt: Attempt): Outcome {
  return attempt.shown > 1 ? afterUnknown(reply, attempt) : first(reply, attempt)
}

/** What a holder that died leaves behind: it may have called WeChat, or not. */
export const outcomeOfAbandoned = (attempt: Attempt): Outcome =>
  canShowAgain(attempt) ? { outcome: 'again' } : { outcome: 'unknown', reason: outcomeUnknown }

function first(reply: AuthorizedReply<unknown>, attempt: Attempt): Outcome {
  switch (reply.result) {
    case 'unknown':
      return canShowAgain(attempt)
        ? { outcome: 'again' }
        : { outcome: 'unknown', reason: outcomeUnknown }
    case 'not_sent':
      return { outcome: 'busy' }
    case 'no_token':
      return { outcome: 'refused', reason: credentials(reply) }
    case 'answered':
      return answered(reply)
    default:
      return reply satisfies never
  }
}

/**
 * What a reply tells that came when the message was `unknown` already. It was counted as used by then, and stays so:
 * what this decides is the message's state, and whether the channel stops. `unknown`: it tells nothing; so does -1,
 * after which we would call again, and an unknown message is never sent again.
 *
 * @param attempt its `shown` the last: of several calls with one form credit a refusal tells only of its own
 */
export function lateOutcomeOf(
  reply: AuthorizedReply<unknown>,
  attempt: Attempt,
): Extract<Outcome, { outcome: 'sent' | 'refused' | 'unknown' }> {
  const outcome = outcomeOf(reply, attempt)
  switch (outcome.outcome) {
    case 'sent':
    case 'refused':
    case 'unknown':
      return outcome
    case 'credit_bad': {
      const { wechat } = outcome.reason
      return { outcome: 'refused', reason: { ...creditsRejected, ...(wechat && { wechat }) } }
    }
    case 'busy':
    case 'again':
      return { outcome: 'unknown', reason: outcomeUnknown }
    default:
      return outcome satisfies never
  }
}

type Answered = Extract<AuthorizedReply<unknown>, { result: 'answered' }>

/** WeChat's id of the message is for events that tell of it later; a number that was rounded would name another. */
function sent({ body }: Answered): Outcome {
  const msgid = (body as { msgid?: unknown } | undefined)?.msgid
  const exact = typeof msgid === 'string' || Number.isSafeInteger(msgid)
  return { outcome: 'sent', inferred: false, ...(exact && { platformId: String(msgid) }) }
}

function answered(reply: Answered): Outcome {
  const meaning = meaningOf(reply.errcode)
  const { outcome } = meaning
  switch (outcome) {
    case 'sent':
      return sent(reply)
    case 'credit_bad':
      return { outcome: 'credit_bad', word: meaning.meaning, reason: reasonOf(reply) }
    case 'busy':
      return { outcome: 'busy' }
    case 'message_bad':
    case 'token_bad':
      return { outcome: 'refused', reason: reasonOf(reply) }
    case 'not_permitted':
    case 'quota':
      return { outcome: 'refused', reason: reasonOf(reply), ...stopOf(reply) }
    default:
      return outcome satisfies never
  }
}

/**
 * The first call may have arrived, so whatever comes now, the credit is never free again: taken (0) and taken before
 * (41029) tell that the message is there, all else tells nothing about the first call.
 */
function afterUnknown(reply: AuthorizedReply<unknown>, attempt: Attempt): Outcome {
  const unknown: Outcome = { outcome: 'unknown', reason: outcomeUnknown }
  if (reply.result === 'no_token') return unknown
  if (reply.result === 'answered') {
    if (reply.errcode === 0) return sent(reply)
    if (meaningOf(reply.errcode).meaning === 'form_id_used') {
      return { outcome: 'sent', inferred: true }
    }
    if (meaningOf(reply.errcode).outcome !== 'busy') return { ...unknown, ...stopOf(reply) }
  }
  return canShowAgain(attempt) ? { outcome: 'again' } : unknown
}

function stopOf(reply: { errcode: number; errmsg: string }): { stop?: Stop } {
  const { outcome } = meaningOf(reply.errcode)
  if (outcome === 'quota') return { stop: { kind: 'pause', reason: reasonOf(reply) } }
  if (outcome === 'not_permitted') return { stop: { kind: 'shut', reason: reasonOf(reply) } }
  return {}
}

/** Whatever was wrong with the token, it is the operator's to put right. */
function credentials(reply: { call: 'token' | 'send'; errcode: number; errmsg: string }) {
  return { ...reasonOf(reply, reply.call), code: 'credentials' as const }
}

/** Why a message was not sent: words of ours, beside those of WeChat. */

export const noCredit: MessageReason = {
  code: 'no_credit',
  detail:
    'The user holds no credit for this message now: a template message wants a form or a payment, a subscribe message his consent to its template, customer service a message of his. `reserved` are held by other messages and may come back.',
}

export const retired: MessageReason = {
  code: 'retired',
  detail:
    'WeChat retired template messages on 2020-01-10: send subscribe messages instead, or set WECHAT_EDITION=2018 against a sandbox.',
}

export const notInEdition: MessageReason = {
  code: 'not_in_edition',
  detail:
    'Subscribe messages are of the edition 2026, and this app follows 2018: set WECHAT_EDITION=2026.',
}

export const late: MessageReason = {
  code: 'deadline',
  detail:
    'The deadline of the message came before WeChat could be asked, or while it was busy or out of reach: send it again under a new Idempotency-Key.',
}

export const outcomeUnknown: MessageReason = {
  code: 'outcome_unknown',
  detail:
    'The call went out and its reply was lost: the message may have arrived. It is never sent again by itself, and its credit counts as used.',
}

export const erased: MessageReason = {
  code: 'user_unknown',
  detail: 'The user, or what the message said, was erased before it could be sent.',
}

export const notServed: MessageReason = {
  code: 'credentials',
  detail:
    'This server no longer serves the app of the message: add it to WECHAT_APPID or REACH_APPS.',
}

export const creditsRejected: MessageReason = {
  code: 'credits_rejected',
  detail: 'WeChat refused the credits of this user one after the other; they are marked dead.',
}

/** What WeChat answered, with its number, its words and what to do. */
export function reasonOf(
  answer: { errcode: number; errmsg: string },
  call: Call = 'send',
): MessageReason {
  const meaning = meaningOf(answer.errcode, call)
  const code = 'reason' in meaning ? meaning.reason : 'message_bad'
  return { code, detail: meaning.advice, wechat: refusalOf(answer, call) }
}
