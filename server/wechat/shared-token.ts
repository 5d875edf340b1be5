/** One access_token for all processes on a database: whoever has the lease fetches it, the others read it there. */
import type { Seal } from '../crypto/seal.ts'
import { refreshAtMs, sharingRules } from '../rules/tokens.ts'
import type { World } from '../runtime/world.ts'
import type { StoredToken, TokenStore } from '../store/coordination-store.ts'
import type { WechatReply } from './reply.ts'
import type { FetchedToken, FetchToken } from './token.ts'

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
 * A `FetchToken` that fetches only where the database holds no token to use: one that is not the rejected one and not
 * about to end. Without the database it fetches by itself, because messages matter more than the limits of the token call.
 */
export function createSharedFetch(options: SharedFetchOptions): FetchToken {
  const { appId, fetchToken, store, seal, world, holder } = options
  const { clock, monotonic, log } = world
  // No openId is written so: a colon stands in none.
  const owner = { appId, openId: ':access_token' }

  async function read(rejected?: string): Promise<WechatReply<FetchedToken> | undefined> {
    const row = await store.findToken(appId)
    if (!row || clock.now() >= refreshAtMs(row.fetchedAtMs, row.expiresAtMs)) return undefined
    const accessToken = seal.open(row.sealed, owner)?.toString()
    if (accessToken === undefined || accessToken === rejected) return undefined
    const expiresInSeconds = (row.expiresAtMs - clock.now()) / 1_000
    return { result: 'answered', errcode: 0, errmsg: '', body: { accessToken, expiresInSeconds } }
  }

  async function fetchAndKeep(rejected?: string): Promise<WechatReply<FetchedToken>> {
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
      await ended.catch((err: unknown) => log.error({ err, appId }, 'a token could not be kept'))
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
      // Another process may have kept one between the look and the lease.
      const shared = await read(rejected)
      if (shared) {
        await store.endTokenLease({ appId, holder })
        return shared
      }
    } catch (err) {
      log.error(
        { err, appId },
        'the database holds no token to share: this process fetches its own',
      )
      return fetchToken(rejected)
    }
    return fetchAndKeep(rejected)
  }
}
