/**
 * The access_token of one app: cached and refreshed before its end, fetched by the platform's two
 * calls, forced within a limit, and shared by all processes on a database.
 */
import type { Seal } from '../crypto/seal.ts'
import { tokenRules, forceAt, sharingRules } from '../rules/tokens.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { wholeOf, type JsonObject } from '../runtime/encoding.ts'
import { createSingleFlight, doublingMs, createSystemClock } from '../runtime/world.ts'
import type { World, PlatformClock } from '../runtime/world.ts'
import type { StoredToken, TokenStore } from '../store/coordination-store.ts'
import { CallError, failureOf } from './call-errors.ts'
import { meaningOf } from './errcodes.ts'
import type { WechatReply, WechatHttp } from './http.ts'

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
  /** May be longer than 512 characters, of which the page speaks (seeds/001). */
  accessToken: string
  /** By the platform's clock. */
  expiresAtMs: number
}

export type TokenResult = ({ ok: true } & AccessToken) | { ok: false; problem: TokenProblem }

export type RefreshResult =
  ({ ok: true; refreshed: boolean } & AccessToken) | { ok: false; problem: TokenProblem }

/** Why there is no token. */
export type TokenProblem =
  /** WeChat cannot be reached, or is busy: later calls try again by themselves. */
  | { kind: 'unreachable'; cause: unknown }
  /** WeChat refused: an operator has to do what `advice` says. */
  | TokenRefusal

export interface TokenRefusal {
  kind: 'refused'
  errcode: number
  errmsg: string
  meaning: string
  advice: string
}

export interface TokenLife {
  fetchedAtMs: number
  expiresAtMs: number
}

export interface TokenKeeper extends TokenSource {
  /**
   * Why WeChat refused the last fetch; `undefined`: it did not, or an earlier token lives. Once the
   * pause after the refusal is over it also fetches again, and a later call has the result: a load
   * balancer that sends no requests on account of the refusal must learn of its end.
   */
  refusal(): TokenRefusal | undefined
  /** Of the token that this process holds and that lives. */
  life(): TokenLife | undefined
  /** Stops refreshing ahead of time. */
  close(): void
}

/**
 * Fetches at the first `current()`, then ahead of each end, and returns the current token while it
 * lives, also during a refresh and while the token call fails. `fetchToken` may share it with other
 * processes.
 */
export function createTokenKeeper(options: {
  fetchToken: FetchToken
  world: Pick<World, 'clock' | 'monotonic' | 'log'>
}): TokenKeeper {
  const { fetchToken, world } = options
  const { clock, monotonic, log } = world
  let held: (AccessToken & TokenLife & { aheadAtMs: number }) | undefined
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
    held = { accessToken, fetchedAtMs: askedAtMs, expiresAtMs, aheadAtMs }
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
      const { code } = failureOf(problem.cause)
      log.warn({ code }, 'WeChat gives no access_token now; later calls try again.')
    }
    return { ok: false, problem }
  }

  async function replace(rejected: string, everyMs: number): Promise<RefreshResult> {
    // A fetch that began before the rejection was known may return the rejected token.
    while (fetches.isRunning('token')) await fetches.idle()
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
    refusal() {
      const problem = living() ? undefined : failed?.problem
      if (problem?.kind !== 'refused') return undefined
      if (!pause()) void fetchOnce()
      return problem
    },
    life: living,
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
  return { kind: 'unreachable', cause: new CallError(advice, `ERRCODE_${errcode}`) }
}

/** Fetches a token, and one that is not `rejected` where WeChat can give another. */
export type FetchToken = (rejected?: string) => Promise<WechatReply<FetchedToken>>

export interface FetchedToken {
  accessToken: string
  expiresInSeconds: number
}

/**
 * `/cgi-bin/token` (seeds/001, edition 2018) makes a new token at each call;
 * `/cgi-bin/stable_token` (platform: access_token) gives the same one until it is forced.
 *
 * Once the limit of `force_refresh` is reached, `stable_token` is asked without it, and may give
 * the rejected token.
 */
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

function fetchPlainToken(http: WechatHttp, { appId, secret }: ReachApp) {
  const query = { grant_type: 'client_credential', appid: appId, secret }
  return http.call({ method: 'GET', path: '/cgi-bin/token', query }, decode)
}

/**
 * The token that WeChat gave before, or shortly before its end a new one; `force` ends the former
 * at once.
 */
export function fetchStableToken(http: WechatHttp, { appId, secret }: ReachApp, force: boolean) {
  const body = {
    grant_type: 'client_credential',
    appid: appId,
    secret,
    force_refresh: force,
  }
  return http.call({ method: 'POST', path: '/cgi-bin/stable_token', body }, decode)
}

function decode(body: JsonObject): FetchedToken | undefined {
  const { access_token: accessToken, expires_in: given } = body
  const expiresInSeconds = typeof given === 'number' ? given : (wholeOf(given) ?? 0)
  if (typeof accessToken !== 'string' || accessToken === '') return undefined
  if (!(expiresInSeconds > 0)) return undefined
  return { accessToken, expiresInSeconds }
}

/** Whether `force_refresh` may be asked once more, now; if so, it counts as asked. */
type MayForce = () => Promise<boolean>

/** For a process that shares its token with nobody. */
export function createForceLimit(clock: Pick<PlatformClock, 'now'>): MayForce {
  let forcedAtMs: number[] = []
  return async () => {
    const times = forceAt(clock.now(), forcedAtMs)
    forcedAtMs = times ?? forcedAtMs
    return times !== undefined
  }
}

/** For all processes on a database; while it is away, each counts by itself. */
export function createSharedForceLimit(options: {
  appId: string
  store: Pick<TokenStore, 'forceToken'>
  /** As in the lease of the token. */
  holder: string
  world: Pick<World, 'clock' | 'log'>
}): MayForce {
  const { appId, store, holder, world } = options
  const mayForceAlone = createForceLimit(world.clock)
  return async () => {
    try {
      return await store.forceToken({ appId, holder, nowMs: world.clock.now() })
    } catch (err) {
      const text = 'the database cannot count how often a token was forced: this process counts'
      world.log.error({ err, appId }, text)
      return mayForceAlone()
    }
  }
}

export interface SharedFetchOptions {
  appId: string
  fetchToken: FetchToken
  store: TokenStore
  seal: Seal
  world: Pick<World, 'clock' | 'monotonic' | 'log'>
  /** Names this process among others on the same database. */
  holder: string
}

/**
 * A `FetchToken` that fetches only where the database holds no usable token: one that is neither
 * rejected nor due for a refresh. The process with the lease fetches, the others read the result.
 * Without the database each process fetches for itself: messages matter more than the limits of the
 * token call.
 */
export function createSharedFetch(options: SharedFetchOptions): FetchToken {
  const { appId, fetchToken, store, seal, world, holder } = options
  const { clock, monotonic, log } = world
  // Cannot be an openId: those hold no colon.
  const owner = { appId, openId: ':access_token' }

  async function read(rejected?: string): Promise<WechatReply<FetchedToken> | undefined> {
    const row = await store.findToken(appId)
    if (!row || clock.now() >= refreshAtMs(row.fetchedAtMs, row.expiresAtMs)) return undefined
    const plain = seal.open(row.sealed, owner)
    if (plain && !seal.isCurrent(row.sealed)) await sealAgain(row.sealed, plain)
    const accessToken = plain?.toString()
    if (accessToken === undefined || accessToken === rejected) return undefined
    const expiresInSeconds = (row.expiresAtMs - clock.now()) / 1_000
    return { result: 'answered', errcode: 0, errmsg: '', body: { accessToken, expiresInSeconds } }
  }

  /** The secret key was rotated. The token serves also while the database takes no write. */
  async function sealAgain(sealed: Buffer, plain: Buffer): Promise<void> {
    const replacement = seal.seal(plain, owner)
    await store.replaceSealedToken({ appId, sealed, replacement }).catch((err: unknown) => {
      log.warn({ err, appId }, 'a token could not be sealed again: it is at its next refresh')
    })
  }

  async function fetchAndStore(rejected?: string): Promise<WechatReply<FetchedToken>> {
    const fetchedAtMs = clock.now()
    let token: StoredToken | undefined
    try {
      const reply = await fetchToken(rejected)
      if (reply.result === 'answered' && reply.body) {
        const { accessToken, expiresInSeconds } = reply.body
        const sealed = seal.seal(Buffer.from(accessToken), owner)
        const expiresAtMs = Math.floor(fetchedAtMs + expiresInSeconds * 1_000)
        token = { sealed, fetchedAtMs, expiresAtMs }
      }
      return reply
    } finally {
      const ended = store.endTokenLease({ appId, holder, ...(token && { token }) })
      await ended.catch((err: unknown) => log.error({ err, appId }, 'a token could not be stored'))
    }
  }

  return async (rejected) => {
    try {
      for (;;) {
        const shared = await read(rejected)
        if (shared) return shared
        const { leaseMs } = sharingRules
        if (await store.leaseToken({ appId, holder, leaseMs })) break
        await monotonic.wait(sharingRules.lookEveryMs)
      }
      // Another process may have stored one between the look and the lease.
      const shared = await read(rejected)
      if (shared) {
        await store.endTokenLease({ appId, holder })
        return shared
      }
    } catch (err) {
      const text = 'the database holds no token to share: this process fetches its own'
      log.error({ err, appId }, text)
      return fetchToken(rejected)
    }
    return fetchAndStore(rejected)
  }
}

/** When a token is refreshed whose life began at `fetchedAtMs`. */
const refreshAtMs = (fetchedAtMs: number, expiresAtMs: number): number =>
  expiresAtMs - Math.min(tokenRules.aheadMs, tokenRules.aheadShare * (expiresAtMs - fetchedAtMs))
