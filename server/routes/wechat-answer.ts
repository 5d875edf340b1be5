/** What WeChat answered, or the problem that it did not. */
import { ProblemError } from '../problem.ts'
import { refusalOf } from '../wechat/errors.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import { wechatProblem } from './wechat-problem.ts'

/** @throws {ProblemError} unless WeChat did it */
export function answered<Body>(reply: AuthorizedReply<Body>): Body {
  if (reply.fate === 'answered' && reply.body !== undefined) return reply.body
  throw wechatProblem(reply)
}

/** Of what a path names: there is no such template, or no such title. */
const nothingThere = [40037, 200014]

/**
 * As `answered`, for what the path of a request names.
 * @throws {ProblemError} 404 where WeChat knows no such thing
 */
export function found<Body>(reply: AuthorizedReply<Body>, detail: string): Body {
  if (reply.fate === 'answered' && nothingThere.includes(reply.errcode)) {
    throw new ProblemError(404, 'not_found', detail, { wechat: refusalOf(reply) })
  }
  return answered(reply)
}

/** A word of a path that WeChat is asked about: what could never be an id is not there. */
export function idOf(word: string | undefined, detail: string): string {
  if (word !== undefined && /^[\w-]{1,128}$/.test(word)) return word
  throw new ProblemError(404, 'not_found', detail)
}
