/** Keeps one access_token alive: one flight for all callers, refreshed before its end, dropped by value. */
import type { World } from '../world.ts'
import { WechatCallError } from './call-error.ts'
import { meaningOf } from './errors.ts'
import type { Reply } from './reply.ts'
import type { AccessToken, RefreshAnswer, TokenAnswer, TokenProblem } from './token-source.ts'
import type { TokenSource } from './token-source.ts'

export interface FetchedToken {
  accessToken: string
  expiresInSeconds: number
}

/** Fetches a token, and one that is not `rejected` where WeChat can give another. */
export type FetchToken = (rejected?: string) => Promise<Reply<FetchedToken>>

export interface TokenKeeper extends TokenSource {
  /** Stops refreshing ahead of time. */
  close(): void
}

export const tokenRules = {
  /**
   * Refreshed so long before its end, or in the last tenth of a short life. Within the five minutes in which
   * `stable_token` gives a new one while the old one lives on (platform: access_token).
   */
  aheadMs: 4 * 60_000,
  aheadShare: 0.1,
  /** On request: `force_refresh` is limited to 20 a day and 30 s apart, `/cgi-bin/token` to 2,000 a day. */
  refreshEveryMs: 60_000,
  /** After a failure nobody asks WeChat again for so long; doubles with each. */
  pauses: {
    unreachable: { firstMs: 500, capMs: 30_000 },
    refused: { firstMs: 1_000, capMs: 5 * 60_000 },
  },
} as const

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
  let flight: Promise<TokenAnswer> | undefined
  let failed: { problem: TokenProblem; times: number; untilMs: number } | undefined
  let refreshedAtMs = -Infinity
  let cancelTimer = () => {}

  const living = () => (held && clock.now() < held.expiresAtMs ? held : undefined)
  /** What is wrong, while it is too early to ask WeChat again. */
  const pause = () => (failed && monotonic.now() < failed.untilMs ? failed.problem : undefined)

  function fetchOnce(rejected?: string): Promise<TokenAnswer> {
    flight ??= land(rejected).finally(() => {
      flight = undefined
    })
    return flight
  }

  async function land(rejected?: string): Promise<TokenAnswer> {
    // Counted from before the request: the platform began to count before its reply arrived.
    const askedAtMs = clock.now()
    const reply = await fetchToken(rejected).catch((cause: unknown): Reply<FetchedToken> => ({
      fate: 'unknown',
      cause,
    }))
    if (reply.fate === 'answered' && reply.body) return hold(reply.body, askedAtMs)
    return fail(problemOf(reply))
  }

  function hold({ accessToken, expiresInSeconds }: FetchedToken, askedAtMs: number): TokenAnswer {
    const lifeMs = expiresInSeconds * 1_000
    const expiresAtMs = askedAtMs + lifeMs
    const aheadAtMs = expiresAtMs - Math.min(tokenRules.aheadMs, tokenRules.aheadShare * lifeMs)
    held = { accessToken, expiresAtMs, aheadAtMs }
    failed = undefined
    cancelTimer()
    cancelTimer = clock.at(aheadAtMs, () => void fetchOnce())
    return { ok: true, accessToken, expiresAtMs }
  }

  function fail(problem: TokenProblem): TokenAnswer {
    const times = (failed?.times ?? 0) + 1
    const { firstMs, capMs } = tokenRules.pauses[problem.kind]
    const untilMs = monotonic.now() + Math.min(capMs, firstMs * 2 ** (times - 1))
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

  async function replace(rejected: string, everyMs: number): Promise<RefreshAnswer> {
    // A flight that began without knowing of the rejection may bring the rejected token back.
    // oxlint-disable-next-line no-unmodified-loop-condition -- the flight clears it when it lands
    while (flight) await flight
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
      return problem && !flight ? { ok: false, problem } : fetchOnce()
    },
    refresh: (rejected) => replace(rejected, tokenRules.refreshEveryMs),
    renew: (rejected) => replace(rejected, 0),
    close: () => cancelTimer(),
  }
}

function answer({ accessToken, expiresAtMs }: AccessToken, refreshed: boolean): RefreshAnswer {
  return { ok: true, accessToken, expiresAtMs, refreshed }
}

function problemOf(reply: Reply<unknown>): TokenProblem {
  if (reply.fate !== 'answered') return { kind: 'unreachable', cause: reply.cause }
  const { errcode, errmsg } = reply
  const { meaning, outcome, advice } = meaningOf(errcode, 'token')
  if (outcome !== 'busy') return { kind: 'refused', errcode, errmsg, meaning, advice }
  return { kind: 'unreachable', cause: new Error(`The token call is busy (errcode ${errcode}).`) }
}
