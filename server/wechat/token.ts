/** Keeps one access_token alive: one flight for all callers, refreshed before its end, dropped by value. */
import { forceAt, refreshAtMs, tokenRules } from '../rules/tokens.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { createSingleFlight, doublingMs } from '../runtime/concurrency.ts'
import { createSystemClock } from '../runtime/world.ts'
import type { World, PlatformClock } from '../runtime/world.ts'
import type { TokenStore } from '../store/coordination-store.ts'
import { decodeReply } from './authorized.ts'
import { meaningOf } from './errcodes.ts'
import { WechatCallError } from './exchange.ts'
import type { WechatHttp } from './http.ts'
import type { WechatReply } from './reply.ts'

export interface FetchedToken {
  accessToken: string
  expiresInSeconds: number
}

/** Fetches a token, and one that is not `rejected` where WeChat can give another. */
export type FetchToken = (rejected?: string) => Promise<WechatReply<FetchedToken>>

export interface TokenKeeper extends TokenSource {
  /** Stops refreshing ahead of time. */
  close(): void
}

/**
 * Fetches at the first `current()`, then ahead of each end, and answers the token at hand while it lives: during a
 * refresh and during an outage of the token call. Knows nothing of other processes: see shared-token.ts.
 */
export function createTokenKeeper(options: {
  fetchToken: FetchToken
  world: Pick<World, 'clock' | 'monotonic' | 'log'>
}): TokenKeeper {
  const { fetchToken, world } = options
  const { clock, monotonic, log } = world
  let held: (AccessToken & { aheadAtMs: number }) | undefined
  const fetches = createSingleFlight<TokenResult>()
  let failed: { problem: TokenProblem; times: number; untilMs: number } | undefined
  let refreshedAtMs = -Infinity
  let cancelTimer = () => {}

  const living = () => (held && clock.now() < held.expiresAtMs ? held : undefined)
  /** What is wrong, while it is too early to ask WeChat again. */
  const pause = () => (failed && monotonic.now() < failed.untilMs ? failed.problem : undefined)

  const fetchOnce = (rejected?: string) => fetches.run('token', () => fetch(rejected))

  async function fetch(rejected?: string): Promise<TokenResult> {
    // Counted from before the request: the platform began to count before its reply arrived.
    const askedAtMs = clock.now()
    const reply = await fetchToken(rejected).catch((cause: unknown): WechatReply<FetchedToken> => ({
      result: 'unknown',
      cause,
    }))
    if (reply.result === 'answered' && reply.body) return hold(reply.body, askedAtMs)
    return fail(problemOf(reply))
  }

  function hold({ accessToken, expiresInSeconds }: FetchedToken, askedAtMs: number): TokenResult {
    const expiresAtMs = askedAtMs + expiresInSeconds * 1_000
    const aheadAtMs = refreshAtMs(askedAtMs, expiresAtMs)
    held = { accessToken, expiresAtMs, aheadAtMs }
    failed = undefined
    cancelTimer()
    cancelTimer = clock.at(aheadAtMs, () => void fetchOnce())
    return { ok: true, accessToken, expiresAtMs }
  }

  function fail(problem: TokenProblem): TokenResult {
    const times = (failed?.times ?? 0) + 1
    const untilMs = monotonic.now() + doublingMs(times, tokenRules.pauses[problem.kind])
    failed = { problem, times, untilMs }
    if (problem.kind === 'refused') {
      const { errcode, meaning, advice } = problem
      log.error({ errcode, meaning }, `WeChat gives no access_token. ${advice}`)
    } else {
      // Another's error may quote the URL, and the URL carries the AppSecret.
      const code = problem.cause instanceof WechatCallError ? problem.cause.code : 'other'
      log.warn({ code }, 'WeChat gives no access_token now; later calls try again.')
    }
    return { ok: false, problem }
  }

  async function replace(rejected: string, everyMs: number): Promise<RefreshResult> {
    // A fetch that began without knowing of the rejection may bring the rejected token back.
    while (fetches.isRunning('token')) await fetches.settled()
    const token = living()
    const tooSoon = clock.now() < refreshedAtMs + everyMs
    if (token && (token.accessToken !== rejected || tooSoon)) return answer(token, false)
    const problem = pause()
    if (problem) return { ok: false, problem }
    const fetched = await fetchOnce(rejected)
    if (!fetched.ok) return fetched
    refreshedAtMs = clock.now()
    return answer(fetched, fetched.accessToken !== rejected)
  }

  return {
    async current() {
      const token = living()
      const problem = pause()
      if (token) {
        if (clock.now() >= token.aheadAtMs && !problem) void fetchOnce()
        return { ok: true, accessToken: token.accessToken, expiresAtMs: token.expiresAtMs }
      }
      return problem && !fetches.isRunning('token') ? { ok: false, problem } : fetchOnce()
    },
    refresh: (rejected) => replace(rejected, tokenRules.refreshEveryMs),
    renew: (rejected) => replace(rejected, 0),
    close: () => cancelTimer(),
  }
}

function answer({ accessToken, expiresAtMs }: AccessToken, refreshed: boolean): RefreshResult {
  return { ok: true, accessToken, expiresAtMs, refreshed }
}

function problemOf(reply: WechatReply<unknown>): TokenProblem {
  if (reply.result !== 'answered') return { kind: 'unreachable', cause: reply.cause }
  const { errcode, errmsg } = reply
  const { meaning, effect, advice } = meaningOf(errcode, 'token')
  if (effect !== 'busy') return { kind: 'refused', errcode, errmsg, meaning, advice }
  return { kind: 'unreachable', cause: new Error(`The token call is busy (errcode ${errcode}).`) }
}

/**
 * Where access_tokens come from: the seam at which an existing token service (中控服务器) may stand instead of
 * our keeper. Whoever stands here is the only one that fetches tokens for the app (seeds/001).
 */

export interface AccessToken {
  /** Up to 512 characters (seeds/001). */
  accessToken: string
  /** By the platform's clock. */
  expiresAtMs: number
}

/** Why there is no token. */
export type TokenProblem =
  /** WeChat is away or busy (-1): later calls try again by themselves. */
  | { kind: 'unreachable'; cause: unknown }
  /** WeChat said no: somebody has to do what `advice` says. */
  | { kind: 'refused'; errcode: number; errmsg: string; meaning: string; advice: string }

export type TokenResult = ({ ok: true } & AccessToken) | { ok: false; problem: TokenProblem }

export type RefreshResult =
  ({ ok: true; refreshed: boolean } & AccessToken) | { ok: false; problem: TokenProblem }

export interface TokenSource {
  /** A token to use now. Never rejects. Do not keep it: ask again for every call. */
  current(): Promise<TokenResult>
  /**
   * WeChat refused `rejected`. Replaces it if it is still the current one; a late caller cannot discard a newer
   * token. At most once a minute, because fetching is limited by the day: else the current one, `refreshed: false`.
   */
  refresh(rejected: string): Promise<RefreshResult>
  /** As `refresh`, without the limit: for a caller who knows that `rejected` did not itself replace a refused token in vain. */
  renew(rejected: string): Promise<RefreshResult>
}

/**
 * The two calls that give an access_token. `/cgi-bin/token` (seeds/001) makes a new one at each call;
 * `/cgi-bin/stable_token` (platform: access_token) gives the same one to everybody until it is forced.
 */

/** Once the limit of `force_refresh` is reached, `stable_token` is asked without it, and may give the rejected one. */
export function createFetchToken(
  http: WechatHttp,
  app: ReachApp,
  mayForce: MayForce = createForceLimit(createSystemClock()),
): FetchToken {
  return async (rejected) => {
    if (app.edition === '2018') return fetchPlainToken(http, app)
    // First without force: another process may have replaced it, and force is limited to 20 a day.
    const reply = await fetchStableToken(http, app, false)
    const given = reply.result === 'answered' ? reply.body?.accessToken : undefined
    if (given === undefined || given !== rejected || !(await mayForce())) return reply
    return fetchStableToken(http, app, true)
  }
}

async function fetchPlainToken(
  http: WechatHttp,
  app: ReachApp,
): Promise<WechatReply<FetchedToken>> {
  const path = '/cgi-bin/token'
  const query = { grant_type: 'client_credential', appid: app.appId, secret: app.secret }
  return decodeReply(`GET ${path}`, await http.call({ method: 'GET', path, query }), decode)
}

async function fetchStableToken(
  http: WechatHttp,
  app: ReachApp,
  force: boolean,
): Promise<WechatReply<FetchedToken>> {
  const path = '/cgi-bin/stable_token'
  const body = {
    grant_type: 'client_credential',
    appid: app.appId,
    secret: app.secret,
    force_refresh: force,
  }
  return decodeReply(`POST ${path}`, await http.call({ method: 'POST', path, body }), decode)
}

function decode(body: Record<string, unknown>): FetchedToken | undefined {
  const { access_token: accessToken, expires_in: expiresInSeconds } = body
  if (typeof accessToken !== 'string' || accessToken === '') return undefined
  if (typeof expiresInSeconds !== 'number' || !(expiresInSeconds > 0)) return undefined
  return { accessToken, expiresInSeconds }
}

/** Who counts how often `force_refresh` is asked. */

/** Whether it may be asked once more, now; if so, it counts as asked. */
export type MayForce = () => Promise<boolean>

/** For a process that shares its token with nobody. */
export function createForceLimit(clock: Pick<PlatformClock, 'now'>): MayForce {
  let forcedAtMs: number[] = []
  return async () => {
    const times = forceAt(clock.now(), forcedAtMs)
    forcedAtMs = times ?? forcedAtMs
    return times !== undefined
  }
}

export interface SharedForceLimitOptions {
  appId: string
  store: Pick<TokenStore, 'forceToken'>
  /** As in the lease of the token. */
  holder: string
  world: Pick<World, 'clock' | 'log'>
}

/** For all processes on a database; while that is away, each counts by itself. */
export function createSharedForceLimit(options: SharedForceLimitOptions): MayForce {
  const { appId, store, holder, world } = options
  const mayForceAlone = createForceLimit(world.clock)
  return async () => {
    try {
      return await store.forceToken({ appId, holder, nowMs: world.clock.now() })
    } catch (err) {
      const told = 'the database does not tell how often a token was forced: this process counts'
      world.log.error({ err, appId }, told)
      return mayForceAlone()
    }
  }
}
