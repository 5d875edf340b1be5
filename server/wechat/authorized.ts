/** Calls that carry an access_token, and what follows when WeChat refuses the token. */
import type { JsonObject } from '../runtime/json.ts'
import { meaningOf } from './errcodes.ts'
import type { ReplyFile, WechatHttp, WechatRequest } from './http.ts'
import { decodeReply } from './reply.ts'
import type { AuthorizedReply, WechatReply } from './reply.ts'
import type { TokenProblem, TokenSource } from './token.ts'

export type Authorized = <Body>(call: AuthorizedCall<Body>) => Promise<AuthorizedReply<Body>>

/**
 * A request without its token, and the decoder of the body that its page promises; see
 * `decodeReply`.
 */
type AuthorizedCall<Body> = Omit<WechatRequest, 'method'> & {
  /** Default POST. */
  method?: WechatRequest['method']
} & (
    | { decode(body: JsonObject): Body | undefined }
    /** For an endpoint that answers with a file. */
    | { decodeFile(file: ReplyFile): Body | undefined }
  )

/**
 * A call whose token is refused (40001, 40014, 42001) had no effect: it is made once more with the
 * token that replaced the refused one. Nothing else is ever called twice.
 */
export function createAuthorized(http: WechatHttp, tokens: TokenSource): Authorized {
  /** A token that replaced a refused one, and that WeChat has not accepted yet. */
  let unproven: string | undefined

  return async (call) => {
    const token = await tokens.current()
    if (!token.ok) return withoutToken(token.problem)
    const first = await attempt(call, token.accessToken)
    if (!refusesToken(first)) return first

    const rejected = token.accessToken
    // Where a new token did not help, another one for every call would only use up WeChat's limits.
    const next = await (rejected === unproven ? tokens.refresh(rejected) : tokens.renew(rejected))
    if (!next.ok) return withoutToken(next.problem)
    if (next.refreshed) unproven = next.accessToken
    if (next.accessToken === rejected) return tokenRefused(first)
    const second = await attempt(call, next.accessToken)
    return refusesToken(second) ? tokenRefused(second) : second
  }

  async function attempt<Body>(
    call: AuthorizedCall<Body>,
    token: string,
  ): Promise<WechatReply<Body>> {
    const { method = 'POST', path, query, body, upload, awaitLateReply = false } = call
    const request: WechatRequest = {
      method,
      path,
      query: { access_token: token, ...query },
      ...(body !== undefined && { body }),
      ...(upload && { upload }),
      awaitLateReply,
    }
    const name = `${method} ${path}`
    const reply =
      'decodeFile' in call
        ? decodeReply(name, await http.download(request), call.decodeFile)
        : decodeReply(name, await http.call(request), call.decode)
    if (token === unproven && reply.result === 'answered' && !refusesToken(reply)) {
      unproven = undefined
    }
    return reply
  }
}

type Answered = Extract<WechatReply<unknown>, { result: 'answered' }>

function refusesToken(reply: WechatReply<unknown>): reply is Answered {
  return reply.result === 'answered' && meaningOf(reply.errcode).effect === 'token_rejected'
}

function tokenRefused({ errcode, errmsg }: Answered): AuthorizedReply<never> {
  return { result: 'no_token', call: 'send', errcode, errmsg }
}

function withoutToken(problem: TokenProblem): AuthorizedReply<never> {
  if (problem.kind === 'unreachable') return { result: 'not_sent', cause: problem.cause }
  const { errcode, errmsg } = problem
  return { result: 'no_token', call: 'token', errcode, errmsg }
}
