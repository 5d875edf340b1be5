/**
 * Calls that carry an access_token, what follows when WeChat refuses it, and decoders of bodies.
 */
import { quotaTimeZone } from '../rules/sending.ts'
import { isObject, type JsonObject, wholeOf } from '../runtime/encoding.ts'
import { nextMidnightMs, type PlatformClock } from '../runtime/world.ts'
import { noToken } from './cloud-token.ts'
import { meaningOf } from './errcodes.ts'
import type { ReplyFile, WechatHttp, WechatReply, WechatRequest } from './http.ts'
import type { TokenProblem, TokenSource } from './token.ts'

export type Authorized = <Body>(call: AuthorizedCall<Body>) => Promise<AuthorizedReply<Body>>

/** The reply to a call that needs an access_token. */
export type AuthorizedReply<Body> =
  | WechatReply<Body>
  /**
   * No usable token was available, or WeChat refused a fresh one too: the call was not made or had
   * no effect.
   */
  | {
      result: 'no_token'
      /** Who refused, which decides what 40001 means: the token call, or this call. */
      call: 'token' | 'send'
      errcode: number
      errmsg: string
    }

/**
 * A request without its token, and the decoder of the body that its page promises; see
 * `WechatHttp`.
 */
type AuthorizedCall<Body> = Omit<WechatRequest, 'method'> & {
  /** Default POST. */
  method?: WechatRequest['method']
  /** What an errcode means here, and whether a used-up quota pauses the API. Default `other`. */
  call?: 'send' | 'code' | 'other'
} & (
    | { decode(body: JsonObject): Body | undefined }
    /** For an endpoint that answers with a file. */
    | { decodeFile(file: ReplyFile): Body | undefined }
  )

/**
 * A call whose token is refused (40001, 40014, 42001) had no effect: it is made once more with the
 * token that replaced the refused one. Nothing else is ever called twice.
 *
 * This process does not call an API again whose daily quota is used up, before midnight in
 * Shanghai: it repeats the refusal. Sends and codes are not paused here: the ledger pauses their
 * channel, and codes are counted by the minute.
 */
export function createAuthorized(
  http: WechatHttp,
  tokens: TokenSource,
  clock: Pick<PlatformClock, 'now'>,
): Authorized {
  const pauses = new Map<string, { untilMs: number; reply: Answered }>()
  /** A token that replaced a refused one, and that WeChat has not accepted yet. */
  let unproven: string | undefined

  return async (call) => {
    const pause = pauses.get(call.path)
    const pausedMs = (pause?.untilMs ?? 0) - clock.now()
    if (pause && pausedMs > 0) return { ...pause.reply, body: undefined, retryAfterMs: pausedMs }
    const reply = await callOnceOrTwice(call)
    if ((call.call ?? 'other') !== 'other' || !isQuota(reply)) return reply
    const nowMs = clock.now()
    const untilMs = nextMidnightMs(nowMs, quotaTimeZone)
    pauses.set(call.path, { untilMs, reply })
    return { ...reply, body: undefined, retryAfterMs: untilMs - nowMs }
  }

  async function callOnceOrTwice<Body>(call: AuthorizedCall<Body>): Promise<AuthorizedReply<Body>> {
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
      query: { ...(token !== noToken && { access_token: token }), ...query },
      ...(body !== undefined && { body }),
      ...(upload && { upload }),
      awaitLateReply,
    }
    const reply =
      'decodeFile' in call
        ? await http.download(request, call.decodeFile)
        : await http.call(request, call.decode)
    if (token === unproven && reply.result === 'answered' && !refusesToken(reply)) {
      unproven = undefined
    }
    return reply
  }
}

/** WeChat replied, whatever its errcode. */
export type Answered = Extract<WechatReply<unknown>, { result: 'answered' }>

const isQuota = (reply: AuthorizedReply<unknown>): reply is Answered =>
  reply.result === 'answered' && meaningOf(reply.errcode, 'other').effect === 'quota'

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

/** For pages that answer with an errcode alone: an object without one is not WeChat's. */
export const acknowledged = (body: JsonObject): JsonObject | undefined =>
  wholeOf(body.errcode) === undefined ? undefined : body

/** The rows of a list that `decode` accepts. `undefined`: there is no list. */
export function rowsOf<Row>(
  list: unknown,
  decode: (row: JsonObject) => Row | undefined,
): Row[] | undefined {
  if (!Array.isArray(list)) return undefined
  return (list as unknown[]).flatMap((row) => {
    const decoded = isObject(row) ? decode(row) : undefined
    return decoded === undefined ? [] : [decoded]
  })
}

/** Where the page promises text, the platform also sends numbers, or leaves the field out. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''
