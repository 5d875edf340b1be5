import type { MessageReason } from '../../../shared/wire.ts'
import type { CreditId, MessageRow, ReservedCredit, UserNumber } from '../store.ts'
import { channelCode, kindCode, stateCode } from '../row-codes.ts'
import { messageId } from '../row-ids.ts'
import type { Sql } from './sql.ts'

/** A message with what only the store needs to know of it. */
export interface StoredMessage {
  row: MessageRow
  number: number
  key: Uint8Array | null
  body: Uint8Array
  keyEndsMs: number
  kinds: number
  ref: string | null
  holder: string | null
  credit: { id: CreditId; generation: number } | undefined
  shown: number
  /** An earlier holder may have made the call that this lease is for. */
  handedOver: boolean
  /** What a push told of it: why it did not arrive, or `arrived`. */
  delivered: MessageReason | 'arrived' | undefined
  /** On which it counts towards the user's limit. */
  day: number | undefined
}

export interface MessageColumns {
  usr: UserNumber
  id: number
  appId: string
  openId: string | null
  key: Uint8Array | null
  body: Uint8Array
  channel: number
  templateId: string | null
  kinds: number
  ref: string | null
  payload: string | null
  state: number
  inferred: boolean
  reason: string | null
  attempts: number
  burnt: number
  credit: CreditId | null
  generation: number | null
  shown: number
  handedOver: boolean
  delivered: string | null
  day: number | null
  holder: string | null
  keyEndsMs: number
  createdMs: number
  deadlineMs: number
  settledMs: number | null
}

/** @param table `messages`, or some of its rows */
export const selectMessage = (
  table: string,
): string => `SELECT m.usr, m.id, a.app_id AS "appId", u.open_id AS "openId", m.key, m.body, m.channel,
    m.template_id AS "templateId", m.kinds, m.ref, m.payload, m.state, m.inferred, m.reason, m.attempts, m.burnt,
    m.credit, m.credit_generation AS generation, m.shown, m.handed_over AS "handedOver", m.delivered, m.day, m.holder,
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

export function toStored(c: MessageColumns): StoredMessage {
  return {
    row: {
      id: messageId(c.usr, c.id),
      appId: c.appId,
      user: c.usr,
      openId: c.openId ?? undefined,
      channel: channelCode.word(c.channel),
      templateId: c.templateId ?? undefined,
      state: stateCode.word(c.state),
      inferred: c.inferred,
      reason: c.reason === null ? undefined : (JSON.parse(c.reason) as MessageReason),
      payload: c.payload ?? undefined,
      attempts: c.attempts,
      creditsBurnt: c.burnt,
      createdAtMs: c.createdMs,
      deadlineMs: c.deadlineMs,
      settledAtMs: c.settledMs ?? undefined,
    },
    number: c.id,
    key: c.key,
    body: c.body,
    keyEndsMs: c.keyEndsMs,
    kinds: c.kinds,
    ref: c.ref,
    holder: c.holder,
    credit: c.credit === null ? undefined : { id: c.credit, generation: c.generation! },
    shown: c.shown,
    handedOver: c.handedOver,
    delivered: deliveredOf(c.delivered),
    day: c.day ?? undefined,
  }
}

function deliveredOf(told: string | null): StoredMessage['delivered'] {
  if (told === null) return undefined
  return told === '' ? 'arrived' : (JSON.parse(told) as MessageReason)
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
