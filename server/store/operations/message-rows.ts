/** Rows of messages: reading them, and changing them from one state to another. */
import type { SettledState } from '../../../shared/codes.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
import { channelCode, kindCode, stateCode, messageId, readMessageId, writeReason } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type {
  CreditId,
  Delivery,
  MessageId,
  MessageOutcome,
  MessageRow,
  ReservedCredit,
  UserNumber,
} from '../store.ts'
import { noteChange } from './changes.ts'
import { uncountDay } from './send-limits.ts'

/** A message's row, with what only the store needs of it. */
export interface StoredMessage {
  row: MessageRow
  number: number
  app: number
  /** See changes.ts. */
  watched: number
  kinds: number
  ref: string | null
  holder: string | null
  credit: { id: CreditId; generation: number } | undefined
  presentations: number
  /** An earlier holder may have made the call that this lease is for. */
  handedOver: boolean
  /** WeChat's delivery report: why the message did not arrive, or `arrived`. */
  delivered: MessageReason | 'arrived' | undefined
  /** On which it counts towards the user's limit. */
  day: number | undefined
}

export interface MessageColumns {
  user: UserNumber
  id: number
  app: number
  watched: number
  appId: string
  openId: string | null
  channel: number
  templateId: string | null
  kinds: number
  ref: string | null
  payload: string | null
  state: number
  inferred: number | boolean
  reason: string | null
  attempts: number
  rejectedCredits: number
  credit: CreditId | null
  generation: number | null
  presentations: number
  handedOver: number | boolean
  delivered: string | null
  day: number | null
  holder: string | null
  createdMs: number
  sendAtMs: number | null
  deadlineMs: number
  settledMs: number | null
}

/**
 * @param table `messages`, or some of its rows
 * @param more further columns, each after a comma
 */
export const selectMessage = (table: string, more = ''): string =>
  `SELECT m.usr AS "user", m.id, u.app, a.watched, a.app_id AS "appId", u.open_id AS "openId",
     m.channel, m.template_id AS "templateId", m.kinds, m.ref, m.payload, m.state, m.inferred,
     m.reason, m.attempts, m.rejected_credits AS "rejectedCredits", m.credit,
     m.credit_generation AS generation, m.presentations, m.handed_over AS "handedOver",
     m.delivered, m.day, m.holder, m.created_ms AS "createdMs", m.send_at_ms AS "sendAtMs",
     m.deadline_ms AS "deadlineMs", m.settled_ms AS "settledMs"${more}
   FROM ${table} m JOIN users u ON u.usr = m.usr JOIN apps a ON a.app = u.app`

const selectOne = `${selectMessage('messages')} WHERE m.usr = $1 AND m.id = $2`
const selectForUpdate = `${selectOne} FOR UPDATE OF m`

export function* readMessage(
  sql: Sql,
  user: UserNumber,
  number: number,
): Operation<StoredMessage | undefined> {
  const columns = yield* sql.get<MessageColumns>(selectOne, user, number)
  return columns && toStored(columns)
}

/** As `readMessage`; nobody else changes the row until the transaction ends. */
export function* lockMessage(
  sql: Sql,
  user: UserNumber,
  number: number,
): Operation<StoredMessage | undefined> {
  const text = sql.dialect.isConcurrent ? selectForUpdate : selectOne
  const columns = yield* sql.get<MessageColumns>(text, user, number)
  return columns && toStored(columns)
}

export function* findMessage(
  sql: Sql,
  appId: string,
  id: MessageId,
): Operation<MessageRow | undefined> {
  const key = readMessageId(id)
  const stored = key && (yield* readMessage(sql, key.user, key.number))
  return stored?.row.appId === appId ? stored.row : undefined
}

export function toStored(c: MessageColumns): StoredMessage {
  return {
    row: {
      id: messageId(c.user, c.id),
      appId: c.appId,
      user: c.user,
      openId: c.openId ?? undefined,
      channel: channelCode.word(c.channel),
      templateId: c.templateId ?? undefined,
      state: stateCode.word(c.state),
      inferred: Boolean(c.inferred),
      reason: c.reason === null ? undefined : (JSON.parse(c.reason) as MessageReason),
      payload: c.payload ?? undefined,
      attempts: c.attempts,
      rejectedCredits: c.rejectedCredits,
      createdAtMs: c.createdMs,
      sendAtMs: c.sendAtMs ?? undefined,
      deadlineMs: c.deadlineMs,
      settledAtMs: c.settledMs ?? undefined,
    },
    number: c.id,
    app: c.app,
    watched: c.watched,
    kinds: c.kinds,
    ref: c.ref,
    holder: c.holder,
    credit: c.credit === null ? undefined : { id: c.credit, generation: c.generation! },
    presentations: c.presentations,
    handedOver: Boolean(c.handedOver),
    delivered: readDelivered(c.delivered),
    day: c.day ?? undefined,
  }
}

/** As in the row: empty if the message arrived. */
export const writeDelivered = ({ reason }: Delivery): string =>
  reason ? JSON.stringify(reason) : ''

function readDelivered(written: string | null): StoredMessage['delivered'] {
  if (written === null) return undefined
  return written === '' ? 'arrived' : (JSON.parse(written) as MessageReason)
}

/** The credit that a message has reserved; `undefined` once the credit's row is deleted. */
export function* findReservedCredit(
  sql: Sql,
  { row: { user }, credit, presentations }: StoredMessage,
): Operation<ReservedCredit | undefined> {
  if (!credit) return undefined
  const found = yield* sql.get<{ kind: number; ref: string }>(
    'SELECT kind, ref FROM credits WHERE usr = $1 AND id = $2',
    user,
    credit.id,
  )
  return found && { ...credit, kind: kindCode.word(found.kind), ref: found.ref, presentations }
}

// Each change of state returns the message as it is afterwards. `calls`: see `writeCall`.

interface End {
  state: SettledState
  inferred?: boolean | undefined
  reason?: MessageReason | undefined
  platformId?: string | undefined
  nowMs: number
  calls?: string
}

export function* endMessage(sql: Sql, message: StoredMessage, to: End): Operation<MessageRow> {
  const { row, number, day } = message
  const { state, reason } = withDelivery(message, to)
  const inferred = to.inferred ?? false
  const isUnsent = state === 'refused' || state === 'cancelled'
  if (isUnsent && day !== undefined) yield* uncountDay(sql, row.user, day)
  yield* sql.run(
    state === 'unknown' ? endAndKeepCredit : endAndForgetCredit,
    stateCode.of(state),
    inferred,
    reason ? writeReason(reason) : null,
    to.nowMs,
    to.platformId ?? null,
    row.user,
    number,
    to.calls ?? '',
  )
  if (message.watched > 0) yield* noteSettled(sql, message, { state, inferred, reason }, to.nowMs)
  return { ...row, state, inferred, reason, settledAtMs: to.nowMs }
}

function* noteSettled(
  sql: Sql,
  { row: { user }, number, app, watched }: StoredMessage,
  { state, inferred, reason }: Pick<End, 'state' | 'inferred' | 'reason'>,
  atMs: number,
): Operation<void> {
  const detail: MessageOutcome = { state, ...(inferred && { inferred }), ...(reason && { reason }) }
  const about = { app, watched, user, subject: number, atMs }
  yield* noteChange(sql, { ...about, type: 'message.settled', detail })
}

/** A delivery report decides over a message whose reply was lost. */
function withDelivery({ delivered }: StoredMessage, to: End): Pick<End, 'state' | 'reason'> {
  if (to.state !== 'unknown' || delivered === undefined) return to
  return delivered === 'arrived' ? { state: 'sent' } : { state: 'refused', reason: delivered }
}

const endWith = (credit: string) =>
  `UPDATE messages SET state = $1, inferred = $2, reason = $3, settled_ms = $4,
     platform_id = coalesce($5, platform_id), calls = calls || $8,
     ${credit} holder = NULL, due = NULL
   WHERE usr = $6 AND id = $7`
const endAndForgetCredit = endWith('credit = NULL, credit_generation = NULL,')
// The holder that made the call may yet report its outcome, which then settles the credit.
const endAndKeepCredit = endWith('')

export function* queueMessage(
  sql: Sql,
  { row, number }: StoredMessage,
  { dueInMs, calls }: { dueInMs: number; calls: string },
): Operation<MessageRow> {
  yield* sql.run(
    `UPDATE messages SET state = $1, due = $now + $2, credit = NULL,
       credit_generation = NULL, holder = NULL, calls = calls || $5
     WHERE usr = $3 AND id = $4`,
    stateCode.of('queued'),
    Math.ceil(dueInMs),
    row.user,
    number,
    calls,
  )
  return { ...row, state: 'queued' }
}

interface Lease {
  holder: string
  leaseMs: number
  /** On which the message counts from now on. Default: as before. */
  day?: number | undefined
}

/** Leases the message for one call with this credit. */
export function* leaseMessage(
  sql: Sql,
  { row, number }: StoredMessage,
  credit: ReservedCredit,
  { holder, leaseMs, day, calls = '' }: Lease & { calls?: string },
): Operation<MessageRow> {
  yield* sql.run(
    `UPDATE messages SET state = $1, credit = $2, credit_generation = $3, presentations = $4,
       attempts = attempts + 1, handed_over = false, holder = $5, due = $now + $6,
       calls = calls || $9, day = coalesce($10, day)
     WHERE usr = $7 AND id = $8`,
    stateCode.of('sending'),
    credit.id,
    credit.generation,
    credit.presentations,
    holder,
    Math.ceil(leaseMs),
    row.user,
    number,
    calls,
    day ?? null,
  )
  return { ...row, state: 'sending', attempts: row.attempts + 1 }
}

/** Gives an ended lease to another holder, who does not know what the earlier one did. */
export function* takeOver(
  sql: Sql,
  { row, number }: StoredMessage,
  { holder, leaseMs }: Lease,
): Operation<MessageRow> {
  yield* sql.run(
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

export function* countRejectedCredit(sql: Sql, message: StoredMessage): Operation<StoredMessage> {
  const { row, number } = message
  yield* sql.run(
    'UPDATE messages SET rejected_credits = rejected_credits + 1 WHERE usr = $1 AND id = $2',
    row.user,
    number,
  )
  return { ...message, row: { ...row, rejectedCredits: row.rejectedCredits + 1 } }
}
