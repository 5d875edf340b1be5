/**
 * The common ways to settle, sent and refused, in one statement. It changes nothing where anything is out of the
 * ordinary: an earlier attempt, a message that is unknown by now, a credit whose generation is over, a refusal that gives
 * a day's place back. `settle` answers those.
 */
import { changeCode, stateCode } from '../row-codes.ts'
import { readMessageId } from '../row-ids.ts'
import type { Settle, Settled } from '../store.ts'
import { toStored } from '../stored-message.ts'
import type { MessageColumns } from '../stored-message.ts'
import { selectMessage } from './message-row.ts'
import type { Sql } from './sql.ts'

/**
 * A refusal that gives a day's place back would hold the credit while it waits for the day, and whoever opens a message
 * the careful way holds the day while he waits for the credit.
 */
const settled = (isSpent: boolean) => `
WITH held AS (
  SELECT usr, id, credit, credit_generation FROM messages
  WHERE usr = $1 AND id = $2 AND state = ${stateCode.of('sending')} AND attempts = $3
    ${isSpent ? '' : 'AND day IS NULL'}
  FOR UPDATE
),
released AS (
  UPDATE credits SET uses_left = uses_left + ${isSpent ? 0 : 1}, reserved = reserved - 1, n = n + 1
  FROM held
  WHERE credits.usr = held.usr AND credits.id = held.credit AND credits.generation = held.credit_generation
  RETURNING credits.usr, credits.id, credits.n, credits.uses_left
),
entered AS (
  INSERT INTO credit_history (usr, credit, n, change, uses, reserved, message, at_ms)
  SELECT usr, id, n, ${changeCode.of(isSpent ? 'spent' : 'givenBack')},
    CASE WHEN uses_left IS NULL THEN 0 ELSE ${isSpent ? 0 : 1} END, -1, $2, $4
  FROM released
),
ended AS (
  UPDATE messages SET state = ${stateCode.of(isSpent ? 'sent' : 'refused')}, inferred = $5, reason = $6,
    settled_ms = $4, platform_id = coalesce($7, platform_id), credit = NULL, credit_generation = NULL,
    holder = NULL, due = NULL
  WHERE usr = $1 AND id = $2 AND EXISTS (SELECT 1 FROM released)
  RETURNING messages.*
)
${selectMessage('ended')}`

const spentAndSent = settled(true)
const givenBackAndRefused = settled(false)

/** `undefined`: not one of the common ways, or out of the ordinary. Nothing was changed. */
export async function settleQuickly(sql: Sql, input: Settle): Promise<Settled | undefined> {
  const text = textOf(input)
  const place = text && readMessageId(input.id)
  if (!place) return undefined
  const { message } = input
  const columns = await sql.get<MessageColumns>(
    text,
    place.user,
    place.number,
    input.attempts,
    input.nowMs,
    message.state === 'sent' && (message.inferred ?? false),
    message.state === 'refused' ? JSON.stringify(message.reason) : null,
    (message.state === 'sent' && message.platformId) || null,
  )
  return columns && { message: toStored(columns).row, wasUnknown: false }
}

function textOf({ credit, message }: Settle): string | undefined {
  if (credit.outcome === 'spent' && message.state === 'sent') return spentAndSent
  if (credit.outcome === 'givenBack' && message.state === 'refused') return givenBackAndRefused
  return undefined
}
