/** Calls that carry an access_token, and what happens when WeChat refuses it. */
import { meaningOf } from './errors.ts'
import type { JsonObject, WechatHttp } from './http.ts'
import { promised } from './promised.ts'
import type { AuthorizedReply, Reply } from './reply.ts'
import type { TokenProblem, TokenSource } from './token-source.ts'

export interface AuthorizedCall<Body> {
  path: string
  /** Sent as JSON; all these calls are POST. */
  body: unknown
  /** `undefined`: not what the page promises. */
  decode(body: JsonObject): Body | undefined
}

export type Authorized = <Body>(call: AuthorizedCall<Body>) => Promise<AuthorizedReply<Body>>

/**
 * A call whose token is refused (40001, 40014, 42001) had no effect: it is made once more with the token that
 * replaced the refused one. Nothing else is ever called twice.
 */
export function createAuthorized(http: WechatHttp, tokens: TokenSource): Authorized {
  /** The last token that WeChat took: when it refuses that one, a new one helps, and no limit holds it up. */
  let taken: string | undefined

  return async (call) => {
    const token = await tokens.current()
    if (!token.ok) return withoutToken(token.problem)
    const first = await attempt(call, token.accessToken)
    if (!refusesToken(first)) return first

    const rejected = token.accessToken
    const next = await (rejected === taken ? tokens.renew(rejected) : tokens.refresh(rejected))
    if (!next.ok) return withoutToken(next.problem)
    // Refreshed within the last minute and refused again: asking WeChat once more would only burn its limits.
    if (next.accessToken === rejected) return refused(first)
    const second = await attempt(call, next.accessToken)
    return refusesToken(second) ? refused(second) : second
  }

  async function attempt<Body>(call: AuthorizedCall<Body>, token: string): Promise<Reply<Body>> {
    const { path, body, decode } = call
    const reply = await http.call({ method: 'POST', path, query: { access_token: token }, body })
    if (reply.fate === 'answered' && !refusesToken(reply)) taken = token
    return promised(`POST ${path}`, reply, decode)
  }
}

type Answer = Extract<Reply<unknown>, { fate: 'answered' }>

function refusesToken(reply: Reply<unknown>): reply is Answer {
  return reply.fate === 'answered' && meaningOf(reply.errcode).outcome === 'token_bad'
}

function refused({ errcode, errmsg }: Answer): AuthorizedReply<never> {
  return { fate: 'no_token', call: 'send', errcode, errmsg }
}

function withoutToken(problem: TokenProblem): AuthorizedReply<never> {
  if (problem.kind === 'unreachable') return { fate: 'not_sent', cause: problem.cause }
  const { errcode, errmsg } = problem
  return { fate: 'no_token', call: 'token', errcode, errmsg }
}
