/**
 * The fast path to settle a message as sent or refused: one statement. It changes nothing in an
 * unusual case: an earlier attempt, a message that is unknown by now, a credit whose generation is
 * over, a report that came before the reply, a refusal that lowers the count of a day. The slow
 * path, `settleMessage`, decides those.
 */
import { selectMessage, toStored, type MessageColumns } from '../operations/message-rows.ts'
import { settleMessage } from '../operations/messages.ts'
import { countedAsSent } from '../operations/tag-results.ts'
import { isAnyWatched, isWatched } from '../operations/changes.ts'
import {
  changeCode,
  changeTypeCode,
  readMessageId,
  stateCode,
  writeCall,
  writeReason,
} from '../rows.ts'
import { perform, type AsyncSql } from './sql.ts'
import type { Settle, Settled } from '../store.ts'
import type { Database } from './database.ts'

/** `settle` by the fast path where it decides, else by the slow one. */
export const createSettle =
  ({ brief, transact }: Pick<Database, 'brief' | 'transact'>) =>
  async (input: Settle): Promise<Settled | undefined> =>
    (await brief((sql) => settleFast(sql, input))) ??
    (await brief((sql) => settleTagged(sql, input))) ??
    transact((sql) => perform(sql, (steps) => settleMessage(steps, input)))

/** `undefined`: an unusual case, and nothing was changed. */
export const settleFast = (sql: AsyncSql, input: Settle): Promise<Settled | undefined> =>
  run(sql, textOf(input), input)

/** The same of a message that took a use with tags, and is sent. */
const settleTagged = (sql: AsyncSql, input: Settle): Promise<Settled | undefined> =>
  run(sql, textOf(input) === spentAndSent ? taggedAndSent : undefined, input)

async function run(
  sql: AsyncSql,
  text: string | undefined,
  input: Settle,
): Promise<Settled | undefined> {
  const key = text && readMessageId(input.id)
  if (!key) return undefined
  const { message } = input
  const columns = await sql.get<MessageColumns>(
    text,
    key.user,
    key.number,
    input.attempts,
    input.nowMs,
    message.state === 'sent' && (message.inferred ?? false),
    message.state === 'refused' ? writeReason(message.reason) : null,
    (message.state === 'sent' && message.platformId) || null,
    writeCall(input),
  )
  return columns && { message: toStored(columns).row, wasUnknown: false }
}

function textOf({ credit, message }: Settle): string | undefined {
  if (credit.outcome === 'spent' && message.state === 'sent') return spentAndSent
  if (credit.outcome === 'givenBack' && message.state === 'refused') return givenBackAndRefused
  return undefined
}

/** JSON of a MessageOutcome. */
const sentDetail = `'{"state":"sent"' || CASE WHEN $5 THEN ',"inferred":true' ELSE '' END || '}'`
const refusedDetail = `'{"state":"refused","reason":' || $6 || '}'`

/**
 * A refusal that lowers the count of a day would hold the credit while it waits for the day. The
 * slow path to open a message locks them in the other order, so that the two would deadlock.
 */
const settle = (isSpent: boolean, isTagged = false) => `
WITH message AS (
  SELECT usr, id, credit, credit_generation FROM messages
  WHERE usr = $1 AND id = $2 AND state = ${stateCode.of('sending')} AND attempts = $3
    ${isSpent ? 'AND delivered IS NULL' : 'AND day IS NULL'}
  FOR UPDATE
),
released AS (
  UPDATE credits SET uses_left = uses_left + ${isSpent ? 0 : 1}, reserved = reserved - 1, n = n + 1
  FROM message
  WHERE credits.usr = message.usr AND credits.id = message.credit
    AND credits.generation = message.credit_generation
    AND credits.tags IS ${isTagged ? 'NOT NULL' : 'NULL'}
  RETURNING credits.usr, credits.id, credits.n, credits.uses_left${isTagged ? ', credits.tags' : ''}
),
recorded AS (
  INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta, message, at_ms)
  SELECT usr, id, n, ${changeCode.of(isSpent ? 'spent' : 'givenBack')},
    CASE WHEN uses_left IS NULL THEN 0 ELSE ${isSpent ? 0 : 1} END, -1, $2, $4
  FROM released
),
${isTagged ? `counted AS (${countedAsSent}),` : ''}
ended AS (
  UPDATE messages SET state = ${stateCode.of(isSpent ? 'sent' : 'refused')}, inferred = $5,
    reason = $6, settled_ms = $4, platform_id = coalesce($7, platform_id), calls = calls || $8,
    credit = NULL, credit_generation = NULL, holder = NULL, due = NULL
    ${isTagged ? ', tags = (SELECT tags FROM released)' : ''}
  WHERE usr = $1 AND id = $2 AND EXISTS (SELECT 1 FROM released)
  RETURNING messages.*
),
told AS (
  INSERT INTO new_changes (app, type, usr, subject, at_ms, detail)
  SELECT apps.app, ${changeTypeCode.of('message.settled')}, ended.usr, ended.id, $4,
    ${isSpent ? sentDetail : refusedDetail}
  FROM ended JOIN users USING (usr) JOIN apps USING (app)
  WHERE ${isAnyWatched} AND ${isWatched('apps.watched', 'message.settled')}
)
${selectMessage('ended')}`

const spentAndSent = settle(true)
// A statement of its own: the rest of it would cost every other message some microseconds.
const taggedAndSent = settle(true, true)
const givenBackAndRefused = settle(false)
