/** Each state that a message can change into: one statement, one function. */
import { endOf } from '../message-end.ts'
import type { End } from '../message-end.ts'
import { stateCode } from '../row-codes.ts'
import type { ReservedCredit } from '../store.ts'
import type { StoredMessage } from '../stored-message.ts'
import { engineNow } from './clock.ts'
import type { Sql } from './sql.ts'
import { uncountDay } from '../operations/user-days.ts'

type Place = Pick<StoredMessage, 'number' | 'row'>

/** Of an unknown message the credit is remembered: who made its call may yet tell what became of it. */
const forgetCredit = (state: End['state']) =>
  state === 'unknown' ? '' : 'credit = NULL, credit_generation = NULL,'

export async function end(sql: Sql, message: StoredMessage, to: End): Promise<void> {
  const { row, number, day } = message
  const { state, reason } = endOf(message, to)
  if (state === 'refused' && day !== undefined) await uncountDay(sql, row.user, day)
  await sql.run(
    `UPDATE messages SET state = $1, inferred = $2, reason = $3, settled_ms = $4,
       platform_id = coalesce($5, platform_id), ${forgetCredit(state)} holder = NULL, due = NULL
     WHERE usr = $6 AND id = $7`,
    stateCode.of(state),
    to.inferred ?? false,
    reason ? JSON.stringify(reason) : null,
    to.nowMs,
    to.platformId ?? null,
    row.user,
    number,
  )
}

/** Of a message whose reply was lost the credit counts as used all the same. */
export const settleUnknown = (sql: Sql, message: StoredMessage, nowMs: number): Promise<void> =>
  end(sql, message, { state: 'unknown', reason: message.row.reason, nowMs })

export async function queue(sql: Sql, { row, number }: Place, dueInMs: number): Promise<void> {
  await sql.run(
    `UPDATE messages SET state = $1, due = ${engineNow} + $2::bigint, credit = NULL, credit_generation = NULL,
       holder = NULL
     WHERE usr = $3 AND id = $4`,
    stateCode.of('queued'),
    Math.ceil(dueInMs),
    row.user,
    number,
  )
}

export interface Lease {
  holder: string
  leaseMs: number
}

/** Goes out with this credit, for the first time or once more. */
export async function lease(
  sql: Sql,
  { row, number }: Place,
  credit: ReservedCredit,
  { holder, leaseMs }: Lease,
): Promise<void> {
  await sql.run(
    `UPDATE messages SET state = $1, credit = $2, credit_generation = $3, presentations = $4, attempts = attempts + 1,
       handed_over = false, holder = $5, due = ${engineNow} + $6::bigint
     WHERE usr = $7 AND id = $8`,
    stateCode.of('sending'),
    credit.id,
    credit.generation,
    credit.shown,
    holder,
    Math.ceil(leaseMs),
    row.user,
    number,
  )
}

/** Another holder answers for what the first one may have sent. */
export async function handOver(
  sql: Sql,
  { row, number }: Place,
  { holder, leaseMs }: Lease,
): Promise<void> {
  await sql.run(
    `UPDATE messages SET handed_over = (handed_over OR holder IS DISTINCT FROM $1), holder = $1,
       due = ${engineNow} + $2::bigint
     WHERE usr = $3 AND id = $4`,
    holder,
    Math.ceil(leaseMs),
    row.user,
    number,
  )
}

export async function countBurnt(sql: Sql, { row, number }: Place): Promise<void> {
  await sql.run(
    'UPDATE messages SET rejected_credits = rejected_credits + 1 WHERE usr = $1 AND id = $2',
    row.user,
    number,
  )
}
