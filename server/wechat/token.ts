/**
 * The access_token of one app in this process: cached, refreshed before its end, dropped by value.
 */
import { refreshAtMs, tokenRules } from '../rules/tokens.ts'
import { createSingleFlight, doublingMs } from '../runtime/concurrency.ts'
import type { World } from '../runtime/world.ts'
import { meaningOf } from './errcodes.ts'
import { WechatCallError } from './exchange.ts'
import type { FetchedToken, FetchToken } from './fetch-token.ts'
import type { WechatReply } from './reply.ts'

/**
 * Where access_tokens come from: an existing token service (中控服务器) may take the place of
 * `createTokenKeeper`. A source must be the only one that fetches tokens for the app (seeds/001).
 */
export interface TokenSource {
  /** A token to use now. Never rejects. Do not store it: ask again for every call. */
  current(): Promise<TokenResult>
  /**
   * WeChat refused `rejected`: replaces it if it is still the current one, so that a late caller
   * cannot discard a newer token. At most once a minute, because fetching is limited by the day:
   * else the current one, `refreshed: false`.
   */
  refresh(rejected: string): Promise<RefreshResult>
  /**
   * As `refresh`, without the limit: for a caller who knows that `rejected` did not itself replace
   * a refused token in vain.
   */
  renew(rejected: string): Promise<RefreshResult>
}

export interface AccessToken {
  /** Up to 512 characters (seeds/001). */
  accessToken: string
  /** By the platform's clock. */
  expiresAtMs: number
}

export type TokenResult = ({ ok: true } & AccessToken) | { ok: false; problem: TokenProblem }

export type RefreshResult =
  ({ ok: true; refreshed: boolean } & AccessToken) | { ok: false; problem: TokenProblem }

/** Why there is no token. */
export type TokenProblem =
  /** WeChat cannot be reached, or is busy (-1): later calls try again by themselves. */
  | { kind: 'unreachable'; cause: unknown }
  /** WeChat refused: an operator has to do what `advice` says. */
  | { kind: 'refused'; errcode: number; errmsg: string; meaning: string; advice: string }

export interface TokenKeeper extends TokenSource {
  /** Stops refreshing ahead of time. */
  close(): void
}

/**
 * Fetches at the first `current()`, then ahead of each end, and returns the current token while it
 * lives, also during a refresh and while the token call fails. `fetchToken` decides what it shares
 * with other processes.
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
  /** The last problem, while it is too early to ask WeChat again. */
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
      // Errors of other code may quote the URL, and the URL carries the AppSecret.
      const code = problem.cause instanceof WechatCallError ? problem.cause.code : 'other'
      log.warn({ code }, 'WeChat gives no access_token now; later calls try again.')
    }
    return { ok: false, problem }
  }

  async function replace(rejected: string, everyMs: number): Promise<RefreshResult> {
    // A fetch that began before the rejection was known may return the rejected token.
    while (fetches.isRunning('token')) await fetches.settled()
    const token = living()
    const tooSoon = clock.now() < refreshedAtMs + everyMs
    if (token && (token.accessToken !== rejected || tooSoon)) return resultOf(token, false)
    const problem = pause()
    if (problem) return { ok: false, problem }
    const fetched = await fetchOnce(rejected)
    if (!fetched.ok) return fetched
    refreshedAtMs = clock.now()
    return resultOf(fetched, fetched.accessToken !== rejected)
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

function resultOf({ accessToken, expiresAtMs }: AccessToken, refreshed: boolean): RefreshResult {
  return { ok: true, accessToken, expiresAtMs, refreshed }
}

function problemOf(reply: WechatReply<unknown>): TokenProblem {
  if (reply.result !== 'answered') return { kind: 'unreachable', cause: reply.cause }
  const { errcode, errmsg } = reply
  const { meaning, effect, advice } = meaningOf(errcode, 'token')
  if (effect !== 'busy') return { kind: 'refused', errcode, errmsg, meaning, advice }
  return { kind: 'unreachable', cause: new Error(`The token call is busy (errcode ${errcode}).`) }
}
