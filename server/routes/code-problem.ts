/** A code that was not made → a problem reply. */
import { tooMany } from '../middleware/callers.ts'
import { ProblemError } from '../problem.ts'
import { meaningOf, refusalOf } from '../wechat/errors.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import { wechatProblem } from './wechat-problem.ts'

/** The platform counts by the minute, and does not say when its minute began. */
const minuteSeconds = 60

export function codeProblem(reply: AuthorizedReply<unknown>): ProblemError {
  if (reply.fate !== 'answered') return wechatProblem(reply, 'code')
  const { advice } = meaningOf(reply.errcode, 'code')
  const wechat = refusalOf(reply, 'code')
  switch (reply.errcode) {
    case 45029:
      return new ProblemError(409, 'code_quota_exhausted', advice, { wechat })
    case 41030:
      return new ProblemError(422, 'page_unknown', advice, { wechat })
    case 45009:
      return new ProblemError(429, 'rate_limited', advice, {
        wechat,
        retryAfterSeconds: minuteSeconds,
      })
    default:
      return wechatProblem(reply, 'code')
  }
}

export const noTurn = (waitMs: number): ProblemError =>
  tooMany(
    'WeChat makes 5,000 codes of the kind scene a minute: make them ahead with Prefer: respond-async.',
    Math.ceil(waitMs / 1_000),
  )
