/** Calls that carry an access_token, and what happens when WeChat refuses it. */
import { meaningOf } from './errcodes.ts'
import { WechatCallError } from './exchange.ts'
import type { JsonObject } from '../runtime/json.ts'
import type { ReplyFile, WechatHttp, WechatRequest } from './http.ts'
import type { AuthorizedReply, WechatReply } from './reply.ts'
import type { TokenProblem, TokenSource } from './token.ts'

/** A request without its token, and what its page promises; `undefined` from a decoder: it is not that. */
export type AuthorizedCall<Body> = Omit<WechatRequest, 'method'> & {
  /** Default POST. */
  method?: WechatRequest['method']
} & (
    | { decode(body: JsonObject): Body | undefined }
    /** For an endpoint that answers with a file. */
    | { decodeFile(file: ReplyFile): Body | undefined }
  )

export type Authorized = <Body>(call: AuthorizedCall<Body>) => Promise<AuthorizedReply<Body>>

/**
 * A call whose token is refused (40001, 40014, 42001) had no effect: it is made once more with the token that
 * replaced the refused one. Nothing else is ever called twice.
 */
export function createAuthorized(http: WechatHttp, tokens: TokenSource): Authorized {
  /** Took the place of a refused token, and WeChat has not taken it yet. */
  let unproven: string | undefined

  return async (call) => {
    const token = await tokens.current()
    if (!token.ok) return withoutToken(token.problem)
    const first = await attempt(call, token.accessToken)
    if (!refusesToken(first)) return first

    const rejected = token.accessToken
    // Where a new token did not help, asking for one more with every call would only burn WeChat's limits.
    const next = await (rejected === unproven ? tokens.refresh(rejected) : tokens.renew(rejected))
    if (!next.ok) return withoutToken(next.problem)
    if (next.refreshed) unproven = next.accessToken
    if (next.accessToken === rejected) return refused(first)
    const second = await attempt(call, next.accessToken)
    return refusesToken(second) ? refused(second) : second
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
    if (token === unproven && reply.result === 'answered' && !refusesToken(reply))
      unproven = undefined
    return reply
  }
}

type Answer = Extract<WechatReply<unknown>, { result: 'answered' }>

function refusesToken(reply: WechatReply<unknown>): reply is Answer {
  return reply.result === 'answered' && meaningOf(reply.errcode).effect === 'token_rejected'
}

function refused({ errcode, errmsg }: Answer): AuthorizedReply<never> {
  return { result: 'no_token', call: 'send', errcode, errmsg }
}

function withoutToken(problem: TokenProblem): AuthorizedReply<never> {
  if (problem.kind === 'unreachable') return { result: 'not_sent', cause: problem.cause }
  const { errcode, errmsg } = problem
  return { result: 'no_token', call: 'token', errcode, errmsg }
}

/** For pages that answer with an errcode alone: an object without one is not WeChat's. */
export const acknowledged = (body: JsonObject): JsonObject | undefined =>
  'errcode' in body ? body : undefined

/**
 * Holds a reply against what its page promises. `decode` gives `undefined` where the body is not that, and the
 * call's result is then unknown: an empty object from some gateway must not pass as errcode 0. What comes with a
 * refusal is not looked at.
 */
export function decodeReply<Raw, Body>(
  /** As errors name it: `POST /cgi-bin/…`. */
  call: string,
  reply: WechatReply<Raw>,
  decode: (body: Raw) => Body | undefined,
): WechatReply<Body> {
  if (reply.result === 'not_sent') return reply
  if (reply.result === 'unknown') {
    const lateReply = reply.lateReply?.then((arrived) => decodeReply(call, arrived, decode))
    return { result: 'unknown', cause: reply.cause, ...(lateReply && { lateReply }) }
  }
  if (reply.errcode !== 0) return { ...reply, body: undefined }
  const body = reply.body === undefined ? undefined : decode(reply.body)
  if (body !== undefined) return { ...reply, body }
  return { result: 'unknown', cause: new WechatCallError(call, 'NOT_AS_PROMISED', true) }
}
