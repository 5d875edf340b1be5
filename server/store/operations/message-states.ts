/** The changes of a message's state. Each returns the message as it is afterwards. */
import type { MessageReason } from '../../../shared/wire/index.ts'
import { stateCode } from '../row-codes.ts'
import type { Sql } from '../sql.ts'
import type { MessageRow, ReservedCredit } from '../store.ts'
import type { StoredMessage } from './stored-messages.ts'
import { uncountDay } from './user-days.ts'

export interface End {
  state: 'sent' | 'refused' | 'unknown'
  inferred?: boolean | undefined
  reason?: MessageReason | undefined
  platformId?: string | undefined
  nowMs: number
}

export async function endMessage(sql: Sql, message: StoredMessage, to: End): Promise<MessageRow> {
  const { row, number, day } = message
  const { state, reason } = withDelivery(message, to)
  const inferred = to.inferred ?? false
  if (state === 'refused' && day !== undefined) await uncountDay(sql, row.user, day)
  await sql.run(
    state === 'unknown' ? endAndKeepCredit : endAndForgetCredit,
    stateCode.of(state),
    inferred,
    reason ? JSON.stringify(reason) : null,
    to.nowMs,
    to.platformId ?? null,
    row.user,
    number,
  )
  return { ...row, state, inferred, reason, settledAtMs: to.nowMs }
}

/** A delivery report decides over a message whose reply was lost. */
function withDelivery({ delivered }: StoredMessage, to: End): Pick<End, 'state' | 'reason'> {
  if (to.state !== 'unknown' || delivered === undefined) return to
  return delivered === 'arrived' ? { state: 'sent' } : { state: 'refused', reason: delivered }
}

const endWith = (credit: string) =>
  `UPDATE messages SET state = $1, inferred = $2, reason = $3, settled_ms = $4,
     platform_id = coalesce($5, platform_id), ${credit} holder = NULL, due = NULL
   WHERE usr = $6 AND id = $7`
const endAndForgetCredit = endWith('credit = NULL, credit_generation = NULL,')
// The holder that made the call may yet report its outcome, which then settles the credit.
const endAndKeepCredit = endWith('')

export async function queueMessage(
  sql: Sql,
  { row, number }: StoredMessage,
  dueInMs: number,
): Promise<MessageRow> {
  await sql.run(
    `UPDATE messages SET state = $1, due = $now + $2, credit = NULL,
       credit_generation = NULL, holder = NULL
     WHERE usr = $3 AND id = $4`,
    stateCode.of('queued'),
    Math.ceil(dueInMs),
    row.user,
    number,
  )
  return { ...row, state: 'queued' }
}

interface Lease {
  holder: string
  leaseMs: number
}

/** Leases the message for one call with this credit. */
export async function leaseMessage(
  sql: Sql,
  { row, number }: StoredMessage,
  credit: ReservedCredit,
  { holder, leaseMs }: Lease,
): Promise<MessageRow> {
  await sql.run(
    `UPDATE messages SET state = $1, credit = $2, credit_generation = $3, presentations = $4,
       attempts = attempts + 1, handed_over = false, holder = $5, due = $now + $6
     WHERE usr = $7 AND id = $8`,
    stateCode.of('sending'),
    credit.id,
    credit.generation,
    credit.presentations,
    holder,
    Math.ceil(leaseMs),
    row.user,
    number,
  )
  return { ...row, state: 'sending', attempts: row.attempts + 1 }
}

/** Gives an ended lease to another holder, who does not know what the earlier one did. */
export async function takeOver(
  sql: Sql,
  { row, number }: StoredMessage,
  { holder, leaseMs }: Lease,
): Promise<MessageRow> {
  await sql.run(
    `UPDATE messages SET handed_over = (handed_over OR holder IS DISTINCT FROM $1), holder = $1,
       due = $now + $2
     WHERE usr = $3 AND id = $4`,
    holder,
    Math.ceil(leaseMs),
    row.user,
    number,
  )
  return row
}

export async function countRejectedCredit(
  sql: Sql,
  message: StoredMessage,
): Promise<StoredMessage> {
  const { row, number } = message
  await sql.run(
    'UPDATE messages SET rejected_credits = rejected_credits + 1 WHERE usr = $1 AND id = $2',
    row.user,
    number,
  )
  return { ...message, row: { ...row, rejectedCredits: row.rejectedCredits + 1 } }
}
