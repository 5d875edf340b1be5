/** Who the phone is to the server. One sign-in at a time, however many wait for it. */
import type { SessionReply, SessionRequest } from '../../shared/wire/index'
import type { Tell } from './notices'
import { readPlatform, readVersions } from './platform'
import type { Platform } from './platform'
import { inTime } from './platform-call'
import type { CallWechat } from './platform-call'
import type { Storage } from './storage'
import type { Transport } from './transport'

export interface Session {
  /** A token, signing in where there is none. Rejects while it cannot be had. */
  token(): Promise<string>
  /** The server does not know this token any more. Drops by value: a late caller cannot discard a newer one. */
  refuse(token: string): void
  /** Forgets the token that storage would not keep; what it keeps goes with all else there. */
  forget(): void
}

const timeoutMs = 10_000

/** An app with its own sign-in. It is asked before every attempt: it alone knows when its token changes. */
export const createOwnSession = (ask: () => Promise<string>, callWechat: CallWechat): Session => ({
  token: () => inTime(callWechat, ask, timeoutMs),
  refuse() {},
  forget() {},
})

/** @param mayKeep - whether there is consent, which may have been taken back while the server was asked */
export function createSession(
  baseUrl: string,
  storage: Storage,
  transport: Transport,
  logIn: LogIn,
  mayKeep: () => boolean,
): Session {
  /** Where storage would not keep it. */
  let unkept: string | undefined
  let flight: Promise<string> | undefined

  function keep(token: string | undefined): void {
    unkept = storage.keepToken({ token, url: baseUrl }) ? undefined : token
  }

  /** Read anew each time: another copy of the library may have signed in meanwhile. */
  function kept(): string | undefined {
    const { token, url } = storage.token()
    return unkept || (url === baseUrl && typeof token === 'string' ? token : undefined)
  }

  async function signIn(): Promise<string> {
    try {
      const reply = await transport('/v1/session', await logIn())
      const { token } = (reply.data || {}) as Partial<SessionReply>
      if (reply.status !== 201 || typeof token !== 'string') throw reply
      if (mayKeep()) keep(token)
      return token
    } finally {
      flight = undefined
    }
  }

  return {
    token: async () => kept() || (flight = flight || signIn()),
    refuse(token) {
      if (kept() === token) keep(undefined)
    },
    forget() {
      unkept = undefined
    },
  }
}

/** What the server needs to know who signs in, on what phone. */

const loginTimeoutMs = 10_000

/** Asks the platform for a code, which is good once: every attempt to sign in calls this anew. */
export type LogIn = () => Promise<SessionRequest>

export const createLogIn =
  (platform: Platform, callWechat: CallWechat, tell: Tell, named: string | undefined): LogIn =>
  async () => {
    const { code } = await callWechat<{ code: string }>(platform, 'login', {}, loginTimeoutMs)
    const { miniProgram } = readPlatform(platform, 'getAccountInfoSync')
    const appId = named || (miniProgram && miniProgram.appId)
    if (!appId) {
      tell('app_id_missing')
      throw new Error('no appId')
    }
    const { version: wechatVersion, SDKVersion: sdkVersion } = readVersions(platform)
    // JSON leaves out what is undefined.
    return { appId, code, wechatVersion, sdkVersion } as SessionRequest
  }
