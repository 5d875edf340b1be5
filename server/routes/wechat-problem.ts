/** What WeChat said or did not say → a problem reply. */
import { ProblemError } from '../problem.ts'
import { meaningOf, refusalOf } from '../wechat/errors.ts'
import type { Call } from '../wechat/errors.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'

/** A call that did not succeed: an answer with an errcode, or any fate but an answer. */
export type Unsuccessful = AuthorizedReply<unknown>

/**
 * The quotas of WeChat are by the day, and 清零 frees them at any moment: who asks every hour learns of both, and
 * spends nothing of the quota that is left.
 */
const hour = 3_600

export function wechatProblem(reply: Unsuccessful, madeIn: Call = 'send'): ProblemError {
  if (reply.fate === 'not_sent' || reply.fate === 'unknown') {
    return new ProblemError(503, 'wechat_unreachable', 'WeChat did not answer: try again.', {
      retryAfterSeconds: 5,
      cause: reply.cause,
    })
  }
  const call = reply.fate === 'no_token' ? reply.call : madeIn
  const meaning = meaningOf(reply.errcode, call)
  const { outcome, advice } = meaning
  const wechat = refusalOf(reply, call)
  if (outcome === 'busy') {
    return new ProblemError(503, 'wechat_busy', advice, { wechat, retryAfterSeconds: 5 })
  }
  if (outcome === 'quota' && reply.fate === 'answered') {
    return new ProblemError(429, 'rate_limited', advice, { wechat, retryAfterSeconds: hour })
  }
  // A wrong secret is the operator's to mend, also when a phone's sign-in brings it to light.
  const ours = 'reason' in meaning && meaning.reason === 'credentials'
  if (reply.fate === 'no_token' || ours) {
    return new ProblemError(502, 'wechat_credentials', advice, { wechat })
  }
  if (call === 'signIn') return new ProblemError(400, 'code_rejected', advice, { wechat })
  return new ProblemError(422, 'wechat_refused', advice, { wechat })
}
