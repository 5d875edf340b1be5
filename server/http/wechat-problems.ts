/** What WeChat said or did not say → a problem reply. */
import { meaningOf, refusalOf } from '../wechat/errcodes/errcodes.ts'
import type { Call } from '../wechat/errcodes/errcodes.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import { ProblemError } from './problems.ts'

/** A call that did not succeed: an answer with an errcode, or any result but an answer. */
export type Unsuccessful = AuthorizedReply<unknown>

/**
 * The quotas of WeChat are by the day, and 清零 frees them at any moment: who asks every hour learns of both, and
 * spends nothing of the quota that is left.
 */
const hour = 3_600

export function wechatProblem(reply: Unsuccessful, madeIn: Call = 'send'): ProblemError {
  if (reply.result === 'not_sent' || reply.result === 'unknown') {
    return new ProblemError(503, 'wechat_unreachable', 'WeChat did not answer: try again.', {
      retryAfterSeconds: 5,
      cause: reply.cause,
    })
  }
  const call = reply.result === 'no_token' ? reply.call : madeIn
  const meaning = meaningOf(reply.errcode, call)
  const { outcome, advice } = meaning
  const wechat = refusalOf(reply, call)
  if (outcome === 'busy') {
    return new ProblemError(503, 'wechat_busy', advice, { wechat, retryAfterSeconds: 5 })
  }
  if (outcome === 'quota' && reply.result === 'answered') {
    return new ProblemError(429, 'rate_limited', advice, { wechat, retryAfterSeconds: hour })
  }
  // A wrong secret is the operator's to mend, also when a phone's sign-in brings it to light.
  const ours = 'reason' in meaning && meaning.reason === 'credentials'
  if (reply.result === 'no_token' || ours) {
    return new ProblemError(502, 'wechat_credentials', advice, { wechat })
  }
  if (call === 'signIn') return new ProblemError(400, 'code_rejected', advice, { wechat })
  return new ProblemError(422, 'wechat_refused', advice, { wechat })
}

/** What WeChat answered, or the problem that it did not. */

/** @throws {ProblemError} unless WeChat did it */
export function answered<Body>(reply: AuthorizedReply<Body>): Body {
  if (reply.result === 'answered' && reply.body !== undefined) return reply.body
  throw wechatProblem(reply)
}

/** Of what a path names: there is no such template, or no such title. */
const nothingThere = [40037, 200014]

/**
 * As `answered`, for what the path of a request names.
 * @throws {ProblemError} 404 where WeChat knows no such thing
 */
export function found<Body>(reply: AuthorizedReply<Body>, detail: string): Body {
  if (reply.result === 'answered' && nothingThere.includes(reply.errcode)) {
    throw new ProblemError(404, 'not_found', detail, { wechat: refusalOf(reply) })
  }
  return answered(reply)
}

/** A word of a path that WeChat is asked about: what could never be an id is not there. */
export function idOf(word: string | undefined, detail: string): string {
  if (word !== undefined && /^[\w-]{1,128}$/.test(word)) return word
  throw new ProblemError(404, 'not_found', detail)
}
