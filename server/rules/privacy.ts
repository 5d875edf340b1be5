/** Erasing and exporting users. */
import { minute, second } from './time.ts'

export const erasureRules = {
  /** A reply waits so long for calls to WeChat that are under way: as one to a send does. */
  callsEndWithinMs: 10 * second,
  lookEveryMs: second / 10,
  /** Before an erased user is cleared again of whom a row could not be. */
  pauses: { firstMs: 5 * second, capMs: 10 * minute },
} as const

export const exportRules = {
  /** Rows of a part in one statement: some milliseconds, which delay others where it is SQLite. */
  rowsPerPage: 200,
  /** Of a part, so that a document fits the memory. `ExportReply` says so, too. */
  maxRows: 10_000,
} as const
