/** All that is kept of a user. Part of the store: see store.ts. */
import type { ExportedParts, MessageReason } from '../../shared/wire/index.ts'
import type { UserNumber } from './ids.ts'
import type { CreditRow } from './ledger-store.ts'
import type { MessageRow, SentCall } from './message-store.ts'
import type { One } from './sql.ts'

export interface UserDataStore {
  /**
   * Takes the openId away, in one transaction: no read finds the person any more, their sessions
   * and credits end, their messages become final, and the same openId is a new user from then on.
   * `eraseStep` clears the rest. `undefined`: there is no such user.
   */
  eraseUser(input: EraseUser): Promise<UserNumber | undefined>
  /** Erased users of whom there may be rows to clear, behind the one that is named. */
  findErasures(after?: UserNumber): Promise<UserNumber[]>
  /**
   * Clears some of what is left of an erased user. Returns how many rows it changed; the step
   * without any ends the erasure. Several processes may clear one user.
   */
  eraseStep(user: UserNumber): Promise<number>
  /** Erased users of the app of whom there are rows to clear. At most `limit` are counted. */
  countErasures(appId: string, limit: number): Promise<number>
  /** Calls to WeChat for an erased user whose outcome is not written, until their lease ends. */
  countCalls(user: UserNumber): Promise<number>
  /** A page of what is kept of a user; `next` leads to the rows behind it, if there are any. */
  findExported(input: FindExported): Promise<ExportedPage>
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

export interface FindExported {
  user: UserNumber
  part: keyof ExportedRows
  /** `next` of the page before. */
  after?: readonly One[] | undefined
}

/** `rows` of the part that was asked for. */
export interface ExportedPage {
  rows: object[]
  next?: readonly One[]
}

/** Credits and messages are as the ledger has them. */
export interface ExportedRows extends Omit<ExportedParts, 'credits' | 'messages'> {
  credits: CreditRow[]
  messages: SentMessage[]
}

export interface SentMessage {
  row: MessageRow
  calls: SentCall[]
  platformId?: string
}
