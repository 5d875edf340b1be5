/** All that is kept of a user. Part of the store: see store.ts. */
import type { MessageReason } from '../../shared/wire/index.ts'
import type { UserNumber } from './ids.ts'

export interface UserDataStore {
  /**
   * Takes the openId away, in one transaction: no read finds the person any more, their sessions
   * and credits end, their messages become final, and the same openId is a new user from then on.
   * `continueErasures` clears the rest. `undefined`: there is no such user.
   */
  eraseUser(input: EraseUser): Promise<UserNumber | undefined>
  /**
   * Clears what is left of erased users, in small transactions. Returns how many rows it changed.
   * Can be called at any time, by several processes. Aborted, it ends after the step that runs.
   */
  continueErasures(signal?: AbortSignal): Promise<number>
  /** Calls to WeChat for an erased user whose outcome is not written, until their lease ends. */
  countCalls(user: UserNumber): Promise<number>
}

export interface EraseUser {
  appId: string
  openId: string
  nowMs: number
  /** Why a message that waits is refused. */
  ifQueued: MessageReason
  /** Why the outcome of one that is being sent is unknown, unless its holder reports it. */
  ifSending: MessageReason
}
