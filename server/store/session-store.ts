/** Signed-in phones. Part of the store: see store.ts. */
import type { UserNumber } from './ids.ts'

export interface SessionStore {
  /**
   * Adds the user if new, keeps the key beside the last ones, stores the session by its token's
   * hash. Of more than `sessionRules.perUser` sessions, the oldest are deleted.
   */
  signIn(input: SignIn): Promise<UserNumber>
  /** `undefined`: there is none, or it has ended. */
  findSession(tokenHash: Buffer, nowMs: number): Promise<Session | undefined>
  /** When those of a user end, the latest first. */
  listSessions(appId: string, openId: string, nowMs: number): Promise<number[]>
  /** Deletes one session, or all of a user. Returns how many. The user's session keys stay. */
  deleteSessions(input: DeleteSessions): Promise<number>
  /**
   * Sealed session keys of the user, newest first. Includes the newest, whatever its age, and an
   * earlier one if the key that replaced it was made at `sinceMs` or later.
   */
  findSessionKeys(user: UserNumber, sinceMs: number): Promise<Buffer[]>
  /**
   * Looks at the next `limit` session keys behind `after`, in the order of user and number, and
   * returns those that do not begin with `exceptKeyId`. Without `next`, there are no more.
   */
  findSealedKeys(input: FindSealedKeys): Promise<{ keys: SealedKey[]; next?: SealedKeyPosition }>
  /** Replaces the keys that are still sealed as they were read. Returns how many. */
  replaceSealedKeys(replacements: readonly SealedKeyReplacement[]): Promise<number>
  findUser(appId: string, openId: string): Promise<UserNumber | undefined>
}

export interface FindSealedKeys {
  /** Default: from the first. */
  after?: SealedKeyPosition
  /** Default: return all. */
  exceptKeyId?: Buffer
  limit: number
}

export interface SealedKeyPosition {
  user: UserNumber
  /** Numbers the keys of one user. */
  n: number
}

export interface SealedKey {
  appId: string
  openId: string
  user: UserNumber
  sealed: Buffer
}

export interface SealedKeyReplacement {
  user: UserNumber
  sealed: Buffer
  replacement: Buffer
}

export interface SignIn {
  appId: string
  openId: string
  /** Sealed at rest; `null` leaves the keys unchanged. */
  sealedKey: Buffer | null
  tokenHash: Buffer
  expiresAtMs: number
  /** The phone's WeChat is too old to show template messages. Default: unchanged. */
  belowMinimumVersion?: boolean
  nowMs: number
}

/** A token of another app's user is not deleted. */
export type DeleteSessions = { appId: string } & ({ openId: string } | { tokenHash: Buffer })

export interface Session {
  appId: string
  user: UserNumber
  openId: string
  expiresAtMs: number
}
