/** The walk over all that lies by user. */
import { consentRule } from '../../rules/credits.ts'
import { keptSessionKeys } from '../../rules/limits.ts'
import { retention } from '../../rules/retention.ts'
import { dayOf } from '../day.ts'
import { changeCode } from '../row-codes.ts'
import { idRange } from '../row-ids.ts'
import type { Sql } from './sql.ts'

const usersPerStep = 200

/** The last user of the step that begins with `from`; `undefined`: nobody is left. */
export async function lastOfStep(sql: Sql, from: number): Promise<number | undefined> {
  const row = await sql.get<{ to: number | null }>(
    `SELECT max(usr) AS "to" FROM (
       SELECT usr FROM users WHERE usr >= $1 ORDER BY usr LIMIT ${usersPerStep}) AS step`,
    from,
  )
  return row?.to ?? undefined
}

type UserStep = (sql: Sql, from: number, to: number, nowMs: number) => Promise<number>

/** Each a transaction of its own. */
export const userSteps: readonly UserStep[] = [
  expireCredits,
  // A message on its way keeps what it says; then a hash of it stays, and no word of its credit: that goes next.
  (sql, from, to, nowMs) =>
    sql.run(
      `UPDATE messages SET payload = NULL, credit = NULL, credit_generation = NULL
       WHERE usr BETWEEN $1 AND $2 AND payload IS NOT NULL AND state >= 2 AND created_ms < $3`,
      from,
      to,
      nowMs - retention.messageDataMs,
    ),
  deleteCredits,
  (sql, from, to, nowMs) =>
    sql.run(
      `UPDATE messages SET key = NULL
       WHERE usr BETWEEN $1 AND $2 AND key IS NOT NULL AND key_ends_ms <= $3`,
      from,
      to,
      nowMs,
    ),
  deleteMessages,
  (sql, from, to, nowMs) =>
    sql.run(
      'DELETE FROM events WHERE usr BETWEEN $1 AND $2 AND received_ms < $3',
      from,
      to,
      nowMs - retention.eventsMs,
    ),
  // A key counts from its replacement: the phone of a user who comes back after a month still signs with the newest.
  (sql, from, to, nowMs) =>
    sql.run(
      `DELETE FROM session_keys WHERE usr BETWEEN $1 AND $2 AND EXISTS (
         SELECT 1 FROM session_keys AS newer
         WHERE newer.usr = session_keys.usr AND newer.n > session_keys.n AND newer.made_ms < $3)`,
      from,
      to,
      nowMs - keptSessionKeys.forMs,
    ),
  (sql, from, to, nowMs) =>
    sql.run(
      'DELETE FROM consents WHERE usr BETWEEN $1 AND $2 AND at_ms < $3',
      from,
      to,
      nowMs - consentRule.keptMs,
    ),
  (sql, from, to, nowMs) =>
    sql.run(
      'DELETE FROM customer_windows WHERE usr BETWEEN $1 AND $2 AND ends_ms <= $3',
      from,
      to,
      nowMs,
    ),
  (sql, from, to, nowMs) =>
    sql.run(
      'DELETE FROM user_days WHERE usr BETWEEN $1 AND $2 AND day < $3',
      from,
      to,
      dayOf(nowMs) - 2,
    ),
]

async function expireCredits(sql: Sql, from: number, to: number, nowMs: number): Promise<number> {
  await lockUsersOf(sql, 'uses_left > 0 AND ends_ms <= $3', [from, to, nowMs])
  return sql.run(
    `WITH over AS (
       SELECT usr, id, uses_left FROM credits
       WHERE usr BETWEEN $1 AND $2 AND uses_left > 0 AND ends_ms <= $3 ORDER BY usr, id FOR UPDATE),
     ended AS (
       UPDATE credits SET uses_left = 0, n = credits.n + 1 FROM over
       WHERE credits.usr = over.usr AND credits.id = over.id
       RETURNING credits.usr, credits.id, credits.n, over.uses_left AS uses)
     INSERT INTO credit_history (usr, credit, n, change, uses, reserved, at_ms)
     SELECT usr, id, n, ${changeCode.of('expired')}, -uses, 0, $3 FROM ended`,
    from,
    to,
    nowMs,
  )
}

/** A credit that a message still holds stays, whatever its age. */
async function deleteCredits(sql: Sql, from: number, to: number, nowMs: number): Promise<number> {
  const before = nowMs - retention.endedCreditsMs
  await lockUsersOf(sql, 'ends_ms < $3 AND reserved = 0', [from, to, before])
  const gone = await sql.all<{ usr: number; id: number }>(
    // See the sweep of SQLite: a generation must not come twice while a message holds the first.
    `DELETE FROM credits WHERE usr BETWEEN $1 AND $2 AND ends_ms < $3 AND reserved = 0
       AND NOT EXISTS (SELECT 1 FROM messages
                       WHERE messages.usr = credits.usr AND messages.state < 2 AND messages.credit = credits.id)
     RETURNING usr, id`,
    from,
    to,
    before,
  )
  await sql.run(
    `DELETE FROM credit_history USING unnest($1::bigint[], $2::bigint[]) AS gone (usr, id)
     WHERE credit_history.usr = gone.usr AND credit_history.credit = gone.id`,
    gone.map(({ usr }) => usr),
    gone.map(({ id }) => id),
  )
  return gone.length
}

/**
 * One that others were put behind, since their keys led to its number, stays as long as they do: the search for a key
 * ends at the first gap.
 */
async function deleteMessages(sql: Sql, from: number, to: number, nowMs: number): Promise<number> {
  const before = nowMs - retention.messagesMs
  const isOver = 'state >= 2 AND key IS NULL AND created_ms < $3'
  await lockUsersOf(sql, isOver, [from, to, before], 'messages')
  return sql.run(
    `DELETE FROM messages
     WHERE usr BETWEEN $1 AND $2 AND ${isOver} AND NOT EXISTS (
       SELECT 1 FROM messages AS next
       WHERE next.usr = messages.usr AND next.id = (messages.id + 1) % ${idRange})`,
    from,
    to,
    before,
  )
}

/** The users whose rows change: what reads several of theirs has ended, or waits. In the order of all. */
async function lockUsersOf(
  sql: Sql,
  condition: string,
  step: [from: number, to: number, ms: number],
  table: 'credits' | 'messages' = 'credits',
): Promise<void> {
  await sql.run(
    `SELECT 1 FROM users WHERE usr IN (
       SELECT usr FROM ${table} WHERE usr BETWEEN $1 AND $2 AND ${condition})
     ORDER BY usr FOR UPDATE`,
    ...step,
  )
}
