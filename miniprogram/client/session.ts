/** The phone's session at the server. One sign-in at a time, however many callers wait for it. */
import type { SessionReply, SessionRequest } from '../../shared/wire/index'
import type { Context } from './context'
import { isText } from './event'
import { readPlatform, readVersions } from './platform'
import { withTimeout } from './platform-call'
import type { ReachOptions } from './reach'
import type { Storage } from './storage'
import type { Transport } from './transport'

export interface Session {
  /** A token; signs in where there is none. Rejects while none can be had. */
  token(): Promise<string>
  /** The server has refused the token. By value: a late caller cannot discard a newer one. */
  refuse(token: string): void
  /** Forgets the token that storage could not take; `Storage.clear` removes the stored one. */
  forget(): void
}

const timeoutMs = 10_000

/** With `session` the app's own sign-in, else the library's. */
export function createSession(
  context: Context & { storage: Storage; transport: Transport },
  { baseUrl, appId, session: ownSession }: Pick<ReachOptions, 'baseUrl' | 'appId' | 'session'>,
): Session {
  /** Where storage could not take it. */
  let unsaved: string | undefined
  let signingIn: Promise<string> | undefined

  function save(token: string | undefined): void {
    unsaved = context.storage.saveToken({ token, url: baseUrl }) ? undefined : token
  }

  /** Read anew each time: another copy of the library may have signed in meanwhile. */
  function saved(): string | undefined {
    const { token, url } = context.storage.token()
    return unsaved || (url === baseUrl && isText(token) ? token : undefined)
  }

  async function signIn(): Promise<string> {
    try {
      // Good once: every attempt to sign in asks for another one.
      const { code } = await context.callWechat<{ code: string }>(
        context.wx,
        'login',
        {},
        timeoutMs,
      )
      const { miniProgram } = readPlatform(context.wx, 'getAccountInfoSync')
      const id = appId || (miniProgram && miniProgram.appId)
      if (!id) {
        context.warnOnce('app_id_missing')
        throw new Error('no appId')
      }
      const { version: wechatVersion, SDKVersion: sdkVersion } = readVersions(context.wx)
      // JSON leaves out what is undefined.
      const request = { appId: id, code, wechatVersion, sdkVersion } as SessionRequest
      const reply = await context.transport('/v1/session', request)
      const { token } = (reply.data || {}) as Partial<SessionReply>
      if (reply.status !== 201 || !isText(token)) throw reply
      // Consent may have been taken back while the server was asked.
      if (context.mayCall()) save(token)
      return token
    } finally {
      signingIn = undefined
    }
  }

  return {
    async token() {
      if (!ownSession) return saved() || (signingIn = signingIn || signIn())
      // Called before every attempt: only the app knows its current token.
      const token = await withTimeout<string>(context.callWechat, ownSession, timeoutMs)
      if (!isText(token)) throw new Error(`session() gave ${token}`)
      return token
    },
    refuse(token) {
      if (saved() === token) save(undefined)
    },
    forget() {
      unsaved = undefined
    },
  }
}
