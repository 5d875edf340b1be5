/** Unsuccessful calls of WeChat → problem replies. */
import { retryAfterSeconds } from '../rules/wechat-calls.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import { failureOf } from '../wechat/call-errors.ts'
import { meaningOf, refusalOf, type Call } from '../wechat/errcodes.ts'
import { isValue } from '../verify/values.ts'
import { ProblemError } from './problems.ts'

export function wechatProblem(
  reply: AuthorizedReply<unknown>,
  calledFor: Call = 'other',
): ProblemError {
  if (reply.result === 'not_sent' || reply.result === 'unknown') {
    // A login code is good once, and may be used up.
    const next = calledFor === 'signIn' ? 'Call wx.login again.' : 'Try again.'
    const detail = `${failureOf(reply.cause).detail} ${next}`
    return new ProblemError(503, 'wechat_unreachable', detail, {
      retryAfterSeconds: retryAfterSeconds.unreachable,
      cause: reply.cause,
    })
  }
  const call = reply.result === 'no_token' ? reply.call : calledFor
  const meaning = meaningOf(reply.errcode, call)
  const { effect, advice } = meaning
  const wechat = refusalOf(reply, call)
  if (effect === 'busy') {
    const isByMinute = call === 'other' && meaning.meaning === 'too_frequent'
    return new ProblemError(503, 'wechat_busy', advice, {
      wechat,
      retryAfterSeconds: retryAfterSeconds[isByMinute ? 'minute' : 'busy'],
    })
  }
  if (effect === 'quota' && reply.result === 'answered') {
    return new ProblemError(429, 'rate_limited', advice, {
      wechat,
      retryAfterSeconds: Math.ceil((reply.retryAfterMs ?? 0) / 1_000) || retryAfterSeconds.quota,
    })
  }
  // Only the operator can correct a wrong secret, also when the sign-in of a phone reveals it.
  const isWrongSecret = 'reason' in meaning && meaning.reason === 'credentials'
  if (reply.result === 'no_token' || isWrongSecret) {
    return new ProblemError(502, 'wechat_credentials', advice, { wechat })
  }
  if (call === 'signIn') return new ProblemError(400, 'code_rejected', advice, { wechat })
  return new ProblemError(422, 'wechat_refused', advice, { wechat })
}

/**
 * The body of a successful reply.
 * @throws {ProblemError} for any other reply
 */
export function requireSuccess<Body>(reply: AuthorizedReply<Body>): Body {
  if (reply.result === 'answered' && reply.body !== undefined) return reply.body
  throw wechatProblem(reply)
}

/** WeChat has no such template, or no such title. */
const notFoundMeanings = ['template_unknown', 'title_unknown']

/**
 * As `requireSuccess`, for a request whose path names an object of WeChat.
 * @throws {ProblemError} 404 with `detail` if WeChat has no such object
 */
export function requireFound<Body>(reply: AuthorizedReply<Body>, detail: string): Body {
  if (reply.result === 'answered' && notFoundMeanings.includes(meaningOf(reply.errcode).meaning)) {
    throw new ProblemError(404, 'not_found', detail, { wechat: refusalOf(reply, 'other') })
  }
  return requireSuccess(reply)
}

/**
 * An id of WeChat in a path.
 * @throws {ProblemError} 404 with `detail` for text that cannot be an id, without a call
 */
export function requireId(text: string | undefined, detail: string): string {
  if (isValue('templateId', text)) return text
  throw new ProblemError(404, 'not_found', detail)
}
