/** Each state that a message can change into: one statement, one function, which tells the row as it is then. */
import { endOf } from '../message-end.ts'
import type { End } from '../message-end.ts'
import { stateCode } from '../row-codes.ts'
import type { MessageRow, ReservedCredit } from '../store.ts'
import type { StoredMessage } from '../stored-message.ts'
import type { Statements } from './statements.ts'

type Place = Pick<StoredMessage, 'number' | 'row'>

/** Of an unknown message the credit is remembered: who made its call may yet tell what became of it. */
const forgetCredit = (state: End['state']) =>
  state === 'unknown' ? '' : 'credit = NULL, credit_generation = NULL,'

export function end(sql: Statements, message: StoredMessage, to: End): MessageRow {
  const { row, number } = message
  const { state, reason } = endOf(message, to)
  if (state === 'refused') uncount(sql, message)
  sql(
    `UPDATE messages SET state = ?, inferred = ?, reason = ?, settled_ms = ?,
       platform_id = coalesce(?, platform_id), ${forgetCredit(state)} holder = NULL, due = NULL
     WHERE user = ? AND id = ?`,
  ).run(
    stateCode.of(state),
    Number(to.inferred ?? false),
    reason ? JSON.stringify(reason) : null,
    to.nowMs,
    to.platformId ?? null,
    row.user,
    number,
  )
  return { ...row, state, inferred: to.inferred ?? false, reason, settledAtMs: to.nowMs }
}

/** Of a message whose reply was lost the credit counts as used all the same. */
export function settleUnknown(sql: Statements, message: StoredMessage, nowMs: number): void {
  end(sql, message, { state: 'unknown', reason: message.row.reason, nowMs })
}

/** What was refused does not count towards the user's day. */
function uncount(sql: Statements, { row, day }: StoredMessage): void {
  if (day === undefined) return
  sql('UPDATE user_days SET count = count - 1 WHERE user = ? AND day = ? AND count > 0').run(
    row.user,
    day,
  )
}

export function queue(sql: Statements, { row, number }: Place, dueMs: number): MessageRow {
  sql(
    `UPDATE messages SET state = ?, due = ?, credit = NULL, credit_generation = NULL, holder = NULL
     WHERE user = ? AND id = ?`,
  ).run(stateCode.of('queued'), dueMs, row.user, number)
  return { ...row, state: 'queued' }
}

export interface Lease {
  holder: string
  dueMs: number
}

/** Goes out with this credit, for the first time or once more. */
export function lease(
  sql: Statements,
  { row, number }: Place,
  credit: ReservedCredit,
  { holder, dueMs }: Lease,
): MessageRow {
  sql(
    `UPDATE messages SET state = ?, credit = ?, credit_generation = ?, presentations = ?, attempts = attempts + 1,
       handed_over = 0, holder = ?, due = ? WHERE user = ? AND id = ?`,
  ).run(
    stateCode.of('sending'),
    credit.id,
    credit.generation,
    credit.shown,
    holder,
    dueMs,
    row.user,
    number,
  )
  return { ...row, state: 'sending', attempts: row.attempts + 1 }
}

/** Another holder answers for what the first one may have sent. */
export function handOver(sql: Statements, { row, number }: Place, { holder, dueMs }: Lease): void {
  sql(
    `UPDATE messages SET handed_over = (handed_over OR holder IS NOT ?1), holder = ?1, due = ?2
     WHERE user = ?3 AND id = ?4`,
  ).run(holder, dueMs, row.user, number)
}

export function countBurnt(sql: Statements, message: StoredMessage): StoredMessage {
  const { row, number } = message
  sql('UPDATE messages SET rejected_credits = rejected_credits + 1 WHERE user = ? AND id = ?').run(
    row.user,
    number,
  )
  return { ...message, row: { ...row, rejectedCredits: row.rejectedCredits + 1 } }
}
