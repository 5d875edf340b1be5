import { kindCode } from '../row-codes.ts'
import type { ReservedCredit, UserNumber } from '../store.ts'
import { toStored } from '../stored-message.ts'
import type { MessageColumns, StoredMessage } from '../stored-message.ts'
import type { Sql } from './sql.ts'

/** @param table `messages`, or some of its rows */
export const selectMessage = (
  table: string,
): string => `SELECT m.usr AS "user", m.id, u.app, a.app_id AS "appId", u.open_id AS "openId", m.key, m.body, m.channel,
    m.template_id AS "templateId", m.kinds, m.ref, m.payload, m.state, m.inferred, m.reason, m.attempts, m.rejected_credits AS burnt,
    m.credit, m.credit_generation AS generation, m.presentations AS shown, m.handed_over AS "handedOver", m.delivered, m.day, m.holder,
    m.key_ends_ms AS "keyEndsMs", m.created_ms AS "createdMs", m.deadline_ms AS "deadlineMs",
    m.settled_ms AS "settledMs"
  FROM ${table} m JOIN users u ON u.usr = m.usr JOIN apps a ON a.app = u.app`

const select = `${selectMessage('messages')} WHERE m.usr = $1 AND m.id = $2`

export async function readMessage(
  sql: Sql,
  user: UserNumber,
  number: number,
): Promise<StoredMessage | undefined> {
  const columns = await sql.get<MessageColumns>(select, user, number)
  return columns && toStored(columns)
}

/** As it is now, and stays until the transaction ends. */
export async function lockMessage(
  sql: Sql,
  user: UserNumber,
  number: number,
): Promise<StoredMessage | undefined> {
  const columns = await sql.get<MessageColumns>(`${select} FOR UPDATE OF m`, user, number)
  return columns && toStored(columns)
}

export async function findMessage(sql: Sql, appId: string, user: UserNumber, number: number) {
  const stored = await readMessage(sql, user, number)
  return stored?.row.appId === appId ? stored.row : undefined
}

/** The reservation that a message holds; `undefined` once the credit's row is gone. */
export async function heldCredit(
  sql: Sql,
  message: StoredMessage,
): Promise<ReservedCredit | undefined> {
  if (!message.credit) return undefined
  const { id, generation } = message.credit
  const row = await sql.get<{ kind: number; ref: string }>(
    'SELECT kind, ref FROM credits WHERE usr = $1 AND id = $2',
    message.row.user,
    id,
  )
  return (
    row && { id, generation, kind: kindCode.word(row.kind), ref: row.ref, shown: message.shown }
  )
}
