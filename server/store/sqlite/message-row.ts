import { kindCode } from '../row-codes.ts'
import type { ReservedCredit, UserNumber } from '../store.ts'
import { toStored } from '../stored-message.ts'
import type { MessageColumns, StoredMessage } from '../stored-message.ts'
import type { Statements } from './statements.ts'

export function readMessage(
  sql: Statements,
  user: UserNumber,
  number: number,
): StoredMessage | undefined {
  const columns = sql<MessageColumns>(
    `SELECT user, id, app, app_id AS appId, open_id AS openId, key, body, channel, template_id AS templateId,
            kinds, ref, payload, state, inferred, reason, attempts, rejected_credits AS burnt, credit,
            credit_generation AS generation, presentations AS shown, handed_over AS handedOver, delivered, messages.day, holder, key_ends_ms AS keyEndsMs,
            created_ms AS createdMs, deadline_ms AS deadlineMs, settled_ms AS settledMs
     FROM messages JOIN users USING (user) JOIN apps USING (app) WHERE user = ? AND id = ?`,
  ).get(user, number)
  return columns && toStored(columns)
}

export function findMessage(sql: Statements, appId: string, user: UserNumber, number: number) {
  const stored = readMessage(sql, user, number)
  return stored?.row.appId === appId ? stored.row : undefined
}

/** The reservation that a message holds; `undefined` once the credit's row is gone. */
export function heldCredit(sql: Statements, message: StoredMessage): ReservedCredit | undefined {
  if (!message.credit) return undefined
  const { id, generation } = message.credit
  const row = sql<{ kind: number; ref: string }>(
    'SELECT kind, ref FROM credits WHERE user = ? AND id = ?',
  ).get(message.row.user, id)
  return (
    row && { id, generation, kind: kindCode.word(row.kind), ref: row.ref, shown: message.shown }
  )
}
