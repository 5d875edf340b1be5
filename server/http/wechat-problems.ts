/** Unsuccessful calls of WeChat → problem replies. */
import { retryAfterSeconds } from '../rules/wechat-calls.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import { meaningOf, refusalOf } from '../wechat/errcodes.ts'
import type { Call } from '../wechat/errcodes.ts'
import { isValue } from '../verify/values.ts'
import { ProblemError } from './problems.ts'

export function wechatProblem(
  reply: AuthorizedReply<unknown>,
  calledFor: Call = 'send',
): ProblemError {
  if (reply.result === 'not_sent' || reply.result === 'unknown') {
    return new ProblemError(503, 'wechat_unreachable', 'WeChat did not reply: try again.', {
      retryAfterSeconds: retryAfterSeconds.unreachable,
      cause: reply.cause,
    })
  }
  const call = reply.result === 'no_token' ? reply.call : calledFor
  const meaning = meaningOf(reply.errcode, call)
  const { effect, advice } = meaning
  const wechat = refusalOf(reply, call)
  if (effect === 'busy') {
    return new ProblemError(503, 'wechat_busy', advice, {
      wechat,
      retryAfterSeconds: retryAfterSeconds.busy,
    })
  }
  if (effect === 'quota' && reply.result === 'answered') {
    return new ProblemError(429, 'rate_limited', advice, {
      wechat,
      retryAfterSeconds: retryAfterSeconds.quota,
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
    throw new ProblemError(404, 'not_found', detail, { wechat: refusalOf(reply) })
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
