/**
 * Fetches access_tokens: the platform's two calls, the limit of `force_refresh`, and one token for
 * all processes on a database. `/cgi-bin/token` (seeds/001) makes a new token at each call;
 * `/cgi-bin/stable_token` (platform: access_token) gives the same one until it is forced.
 */
import type { Seal } from '../crypto/seal.ts'
import { forceAt, refreshAtMs, sharingRules } from '../rules/tokens.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { JsonObject } from '../runtime/json.ts'
import { createSystemClock } from '../runtime/world.ts'
import type { PlatformClock, World } from '../runtime/world.ts'
import type { StoredToken, TokenStore } from '../store/coordination-store.ts'
import type { WechatHttp } from './http.ts'
import { decodeReply } from './reply.ts'
import type { WechatReply } from './reply.ts'

/** Fetches a token, and one that is not `rejected` where WeChat can give another. */
export type FetchToken = (rejected?: string) => Promise<WechatReply<FetchedToken>>

export interface FetchedToken {
  accessToken: string
  expiresInSeconds: number
}

/**
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

async function fetchPlainToken(http: WechatHttp, { appId, secret }: ReachApp) {
  const path = '/cgi-bin/token'
  const query = { grant_type: 'client_credential', appid: appId, secret }
  return decodeReply(`GET ${path}`, await http.call({ method: 'GET', path, query }), decode)
}

async function fetchStableToken(http: WechatHttp, { appId, secret }: ReachApp, force: boolean) {
  const path = '/cgi-bin/stable_token'
  const body = {
    grant_type: 'client_credential',
    appid: appId,
    secret,
    force_refresh: force,
  }
  return decodeReply(`POST ${path}`, await http.call({ method: 'POST', path, body }), decode)
}

function decode(body: JsonObject): FetchedToken | undefined {
  const { access_token: accessToken, expires_in: expiresInSeconds } = body
  if (typeof accessToken !== 'string' || accessToken === '') return undefined
  if (typeof expiresInSeconds !== 'number' || !(expiresInSeconds > 0)) return undefined
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
    const accessToken = seal.open(row.sealed, owner)?.toString()
    if (accessToken === undefined || accessToken === rejected) return undefined
    const expiresInSeconds = (row.expiresAtMs - clock.now()) / 1_000
    return { result: 'answered', errcode: 0, errmsg: '', body: { accessToken, expiresInSeconds } }
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
