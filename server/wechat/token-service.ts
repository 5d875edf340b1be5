/**
 * An existing token service (中控服务器) as the source of tokens: asked over HTTP, in place of our
 * keeper.
 */
import { getGlobalDispatcher, type Dispatcher } from 'undici'
import { tokenServiceRules } from '../rules/tokens.ts'
import {
  isObject,
  type JsonObject,
  decodeText,
  parsePlatformJson,
  wholeOf,
} from '../runtime/encoding.ts'
import { createSingleFlight, createSystemClock, type PlatformClock } from '../runtime/world.ts'
import { refusalText } from '../verify/values.ts'
import { CallError } from './call-errors.ts'
import { meaningOf } from './errcodes.ts'
import { exchange, type ExchangeResult } from './http.ts'
import type { AccessToken, RefreshResult, TokenResult, TokenSource, TokenProblem } from './token.ts'

export interface TokenServiceOptions {
  /**
   * Answers a GET with the current token: `https://tokens.example.com/v1/access-token?appId=wx…`. A
   * token that WeChat refused is reported by `POST` to the same address with `/refresh` after its
   * path. Use https outside your own network.
   */
  url: string
  /** Sent with each request: `{ Authorization: 'Bearer …' }`. */
  headers?: Record<string, string>
  /** Of undici: for a proxy or certificates of your own. Default: the process's. */
  dispatcher?: Dispatcher
  /** Of one request, in milliseconds. Default 10,000. */
  timeoutMs?: number
  /** Decides whether a token has expired. Default: the system's clock. */
  clock?: Pick<PlatformClock, 'now'>
}

/**
 * At every use, asks `GET {url}` for `{accessToken | access_token, expiresAt | expires_in}`
 * (`expiresAt` ISO 8601 or milliseconds, `expires_in` seconds); callers at one moment share one
 * request. A token that WeChat refused is reported by `POST {url}/refresh` with `{rejected}`, whose
 * reply has the same fields. The routes `/v1/access-token` of another wx-reach server answer so.
 * While the service cannot be reached, the last token is returned as long as it lives. The service
 * decides how often a token is replaced.
 *
 * @example
 * const tokens = () => createTokenService({ url, headers: { Authorization } })
 * createReachServer({ ...config, tokens })
 * @throws {TypeError} when `url` is none
 */
export function createTokenService(options: TokenServiceOptions): TokenSource {
  const {
    headers = {},
    timeoutMs = tokenServiceRules.timeoutMs,
    clock = createSystemClock(),
  } = options
  const address = new URL(options.url)
  const refreshAddress = new URL(address)
  refreshAddress.pathname = `${address.pathname.replace(/\/$/, '')}/refresh`
  let last: AccessToken | undefined
  const fetches = createSingleFlight<TokenResult>()
  const refreshes = createSingleFlight<RefreshResult>()

  async function ask(method: 'GET' | 'POST', url: URL, body?: object): Promise<ServiceToken> {
    const askedAtMs = clock.now()
    const reply = await exchange({
      dispatcher: options.dispatcher ?? getGlobalDispatcher(),
      origin: url.origin,
      method,
      target: url.pathname + url.search,
      path: url.pathname,
      headers,
      ...(body && { body: { contentType: 'application/json', bytes: JSON.stringify(body) } }),
      timeoutMs,
      maxReplyBytes: tokenServiceRules.maxReplyBytes,
    })
    const token = readServiceToken(reply, askedAtMs)
    if (token.ok) last = { accessToken: token.accessToken, expiresAtMs: token.expiresAtMs }
    return token
  }

  async function current(): Promise<TokenResult> {
    const token = await ask('GET', address)
    if (token.ok || token.problem.kind === 'refused') return token
    return last && clock.now() < last.expiresAtMs ? { ok: true, ...last } : token
  }

  async function replace(rejected: string): Promise<RefreshResult> {
    const token = await ask('POST', refreshAddress, { rejected })
    return token.ok
      ? { ...token, refreshed: token.refreshed ?? token.accessToken !== rejected }
      : token
  }

  const refresh: TokenSource['refresh'] = (rejected) =>
    refreshes.run(rejected, () => replace(rejected))

  return {
    current: () => fetches.run('token', current),
    refresh,
    renew: refresh,
  }
}

type ServiceToken =
  ({ ok: true; refreshed?: boolean } & AccessToken) | { ok: false; problem: TokenProblem }

/**
 * Why a token service gave no token. Holds a code, never the request or the reply: both hold
 * tokens.
 */
class TokenServiceError extends CallError {
  override readonly name = 'TokenServiceError'

  /** @param code as `WechatCallError` has it, or `NOT_A_TOKEN` */
  constructor(code: string) {
    super(
      `The token service gave no token (${code}): check its address, its key, and that it ` +
        'answers {accessToken, expiresAt} or {access_token, expires_in}.',
      code,
    )
  }
}

/**
 * @param askedAtMs from when `expires_in` counts: the service began to count before its reply
 * arrived
 */
function readServiceToken(reply: ExchangeResult, askedAtMs: number): ServiceToken {
  if (reply.result !== 'answered') return unreachable(reply.cause.code)
  const body = parsePlatformJson(decodeText(reply.bytes)) ?? {}
  if (reply.status !== 200) return refusal(body['wechat']) ?? unreachable(`HTTP_${reply.status}`)
  const accessToken = body['accessToken'] ?? body['access_token']
  const expiresAtMs = endOf(body, askedAtMs)
  if (typeof accessToken !== 'string' || accessToken === '' || expiresAtMs === undefined) {
    return refusal(body) ?? unreachable('NOT_A_TOKEN')
  }
  const { refreshed } = body
  return {
    ok: true,
    accessToken,
    expiresAtMs,
    ...(typeof refreshed === 'boolean' && { refreshed }),
  }
}

function endOf(body: JsonObject, askedAtMs: number): number | undefined {
  const { expiresAt, expires_in: given } = body
  const expiresIn = typeof given === 'number' ? given : wholeOf(given)
  const end =
    typeof expiresAt === 'string'
      ? Date.parse(expiresAt)
      : expiresIn !== undefined
        ? askedAtMs + expiresIn * 1_000
        : expiresAt
  return typeof end === 'number' && Number.isFinite(end) ? end : undefined
}

/** WeChat's own refusal, passed on by the service. */
function refusal(value: unknown): ServiceToken | undefined {
  if (!isObject(value)) return undefined
  const errcode = wholeOf(value.errcode)
  if (!errcode) return undefined
  const { meaning, effect, advice } = meaningOf(errcode, 'token')
  if (effect === 'busy') {
    const cause = new CallError(advice, `ERRCODE_${errcode}`)
    return { ok: false, problem: { kind: 'unreachable', cause } }
  }
  return {
    ok: false,
    problem: {
      kind: 'refused',
      errcode,
      errmsg: refusalText(value.errmsg),
      meaning,
      advice,
    },
  }
}

const unreachable = (code: string): ServiceToken => ({
  ok: false,
  problem: { kind: 'unreachable', cause: new TokenServiceError(code) },
})
