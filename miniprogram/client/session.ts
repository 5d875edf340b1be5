/** Who the phone is to the server. One sign-in at a time, however many wait for it. */
import type { SessionReply, SessionRequest } from '../../shared/wire'
import { changed } from './changed'
import { callWechat } from './wechat-call'
import type { Tell } from './notice'
import type { Platform } from './platform'
import type { Storage } from './storage'
import type { Transport } from './transport'
import type { World } from './world'

const loginTimeoutMs = 10_000

export interface Session {
  /** A token, signing in where there is none. Rejects while it cannot be had. */
  token(): Promise<string>
  /** The server does not know this token any more. Drops by value: a late caller cannot discard a newer one. */
  refuse(token: string): void
  /** Forgets the token on this phone. */
  forget(): void
}

/** An app with its own sign-in. It is asked before every attempt: it alone knows when its token changes. */
export const createOwnSession = (ask: () => Promise<string>): Session => ({
  token: () => Promise.resolve().then(ask),
  refuse() {},
  forget() {},
})

export interface SessionParts {
  platform: Platform
  storage: Storage
  transport: Transport
  world: World
  tell: Tell
  baseUrl: string
  appId?: string | undefined
}

export function createSession(parts: SessionParts): Session {
  const { platform, storage, transport, world, tell, baseUrl } = parts
  /** Where storage would not keep it. */
  let unkept: string | undefined
  let flight: Promise<string> | undefined

  function keep(token: string | undefined): void {
    const book = storage.read()
    const written = book && storage.write(changed(book, { token: token && [baseUrl, token] }))
    unkept = written ? undefined : token
  }

  /** Read anew each time: another copy of the library may have signed in meanwhile. */
  function kept(): string | undefined {
    const book = storage.read()
    const [url, token] = (book && book.token) || []
    return unkept || (url === baseUrl ? token : undefined)
  }

  function describe(code: string): SessionRequest {
    const account = platform.getAccountInfoSync && platform.getAccountInfoSync()
    const appId = parts.appId || (account && account.miniProgram.appId)
    if (!appId) {
      tell('app_id_missing')
      throw new Error('app_id_missing')
    }
    const read = platform.getAppBaseInfo || platform.getSystemInfoSync
    const { version: wechatVersion, SDKVersion: sdkVersion } = (read && read.call(platform)) || {}
    // JSON leaves out what is undefined.
    return { appId, code, wechatVersion, sdkVersion } as SessionRequest
  }

  async function signIn(): Promise<string> {
    // A code is good once: every attempt asks for its own.
    const login = await callWechat<{ code: string }>(platform, 'login', {}, world, loginTimeoutMs)
    const reply = await transport('/v1/session', describe(login.code))
    const token = reply.data && (reply.data as Partial<SessionReply>).token
    if (reply.status !== 201 || typeof token !== 'string') {
      if (reply.status) tell('sign_in_failed', `HTTP ${reply.status}`)
      throw reply
    }
    keep(token)
    return token
  }

  return {
    token() {
      const token = kept()
      if (token) return Promise.resolve(token)
      const land = () => (flight = undefined)
      if (!flight) {
        flight = signIn()
        flight.then(land, land)
      }
      return flight
    },
    refuse(token) {
      if (kept() === token) keep(undefined)
    },
    forget() {
      if (kept()) keep(undefined)
    },
  }
}
