/** Signed-in phones. Part of the store: see store.ts. */
import type { UserNumber } from './ids.ts'

export interface SessionStore {
  /** Makes the user if new, keeps the key beside the last ones, stores the session by the hash of its token. */
  signIn(input: SignIn): Promise<UserNumber>
  /** `undefined`: unknown or ended. */
  findSession(tokenHash: Buffer, nowMs: number): Promise<Session | undefined>
  /**
   * Sealed session keys of the user, newest first. The newest is always among them, however old; an earlier one while
   * the key that replaced it was made at `sinceMs` or later.
   */
  findSessionKeys(user: UserNumber, sinceMs: number): Promise<Buffer[]>
  findUser(appId: string, openId: string): Promise<UserNumber | undefined>
}

export interface SignIn {
  appId: string
  openId: string
  /** Sealed at rest; `null` keeps the keys as they are. */
  sealedKey: Buffer | null
  tokenHash: Buffer
  expiresAtMs: number
  /** The phone's WeChat never shows a template message; absent: leave as it was. */
  belowMinimumVersion?: boolean
  nowMs: number
}

export interface Session {
  appId: string
  user: UserNumber
  openId: string
  expiresAtMs: number
}
