import type { MessageReason } from '../../../shared/wire.ts'
import type { CreditId, MessageRow, ReservedCredit, UserNumber } from '../store.ts'
import { channelCode, kindCode, stateCode } from '../row-codes.ts'
import { messageId } from '../row-ids.ts'
import type { Statements } from './statements.ts'

/** A message with what only the store needs to know of it. */
export interface StoredMessage {
  row: MessageRow
  number: number
  app: number
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

interface Columns {
  user: UserNumber
  id: number
  app: number
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
  inferred: number
  reason: string | null
  attempts: number
  burnt: number
  credit: CreditId | null
  generation: number | null
  shown: number
  handedOver: number
  delivered: string | null
  day: number | null
  holder: string | null
  keyEndsMs: number
  createdMs: number
  deadlineMs: number
  settledMs: number | null
}

export function readMessage(
  sql: Statements,
  user: UserNumber,
  number: number,
): StoredMessage | undefined {
  const columns = sql<Columns>(
    `SELECT user, id, app, app_id AS appId, open_id AS openId, key, body, channel, template_id AS templateId,
            kinds, ref, payload, state, inferred, reason, attempts, burnt, credit,
            credit_generation AS generation, shown, handed_over AS handedOver, delivered, messages.day, holder, key_ends_ms AS keyEndsMs,
            created_ms AS createdMs, deadline_ms AS deadlineMs, settled_ms AS settledMs
     FROM messages JOIN users USING (user) JOIN apps USING (app) WHERE user = ? AND id = ?`,
  ).get(user, number)
  return columns && toStored(columns)
}

function toStored(c: Columns): StoredMessage {
  return {
    row: {
      id: messageId(c.user, c.id),
      appId: c.appId,
      user: c.user,
      openId: c.openId ?? undefined,
      channel: channelCode.word(c.channel),
      templateId: c.templateId ?? undefined,
      state: stateCode.word(c.state),
      inferred: c.inferred === 1,
      reason: c.reason === null ? undefined : (JSON.parse(c.reason) as MessageReason),
      payload: c.payload ?? undefined,
      attempts: c.attempts,
      creditsBurnt: c.burnt,
      createdAtMs: c.createdMs,
      deadlineMs: c.deadlineMs,
      settledAtMs: c.settledMs ?? undefined,
    },
    number: c.id,
    app: c.app,
    key: c.key,
    body: c.body,
    keyEndsMs: c.keyEndsMs,
    kinds: c.kinds,
    ref: c.ref,
    holder: c.holder,
    credit: c.credit === null ? undefined : { id: c.credit, generation: c.generation! },
    shown: c.shown,
    handedOver: c.handedOver === 1,
    delivered: deliveredOf(c.delivered),
    day: c.day ?? undefined,
  }
}

function deliveredOf(told: string | null): StoredMessage['delivered'] {
  if (told === null) return undefined
  return told === '' ? 'arrived' : (JSON.parse(told) as MessageReason)
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
