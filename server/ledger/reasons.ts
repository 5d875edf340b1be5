/** Why a message was not sent: words of ours, beside those of WeChat. */
import type { MessageReason } from '../../shared/wire.ts'
import { meaningOf, refusalOf } from '../wechat/errors.ts'
import type { Call } from '../wechat/errors.ts'

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

export const nobodyKnows: MessageReason = {
  code: 'nobody_knows',
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

export const creditsBad: MessageReason = {
  code: 'credits_bad',
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
