/**
 * What is not kept. No index on time exists, since every write would pay for it: the tables are walked in small steps
 * instead, each an operation of its own, so that the writer serves others in between.
 */
import { consentRule, pushesKnownMs } from '../../rules/credits.ts'
import { keptSessionKeys } from '../../rules/limits.ts'
import { retention } from '../../rules/retention.ts'
import { dayOf } from '../day.ts'
import { hashesFrom, idRange } from '../row-ids.ts'
import type { CreditId, UserNumber } from '../store.ts'
import { takeAway } from './credits.ts'
import type { Statements } from './statements.ts'

const usersPerStep = 200
const arrivalsPerStep = 500

/** One step of the walk over all that lies by user. `next`: where to go on; absent at the end. */
export function sweepUsers(
  sql: Statements,
  { from, nowMs }: { from: number; nowMs: number },
): { changed: number; next?: number } {
  const { to } = sql<{ to: number | null }>(
    `SELECT max(user) AS "to" FROM (SELECT user FROM users WHERE user >= ? ORDER BY user LIMIT ${usersPerStep})`,
  ).get(from)!
  if (to === null) return { changed: 0 }
  const changed =
    expireCredits(sql, from, to, nowMs) +
    forgetMessages(sql, from, to, nowMs) +
    deleteCredits(sql, from, to, nowMs - retention.endedCreditsMs) +
    sql('DELETE FROM events WHERE user BETWEEN ? AND ? AND received_ms < ?').run(
      from,
      to,
      nowMs - retention.eventsMs,
    ) +
    forgetKeys(sql, from, to, nowMs - keptSessionKeys.forMs) +
    sql('DELETE FROM consents WHERE user BETWEEN ? AND ? AND at_ms < ?').run(
      from,
      to,
      nowMs - consentRule.keptMs,
    ) +
    sql('DELETE FROM customer_windows WHERE user BETWEEN ? AND ? AND ends_ms <= ?').run(
      from,
      to,
      nowMs,
    ) +
    sql('DELETE FROM user_days WHERE user BETWEEN ? AND ? AND day < ?').run(
      from,
      to,
      dayOf(nowMs) - 2,
    )
  return { changed, next: to + 1 }
}

function expireCredits(sql: Statements, from: number, to: number, nowMs: number): number {
  const over = sql<{ user: UserNumber; id: CreditId }>(
    'SELECT user, id FROM credits WHERE user BETWEEN ? AND ? AND uses_left > 0 AND ends_ms <= ?',
  ).all(from, to, nowMs)
  for (const { user, id } of over) takeAway(sql, user, id, 'expired', nowMs)
  return over.length
}

/**
 * A credit that a message still holds stays, whatever its age, also by an earlier generation: the next life of the row
 * would count its generations from the beginning, and take that message for one of its own.
 */
function deleteCredits(sql: Statements, from: number, to: number, before: number): number {
  const gone = sql<{ user: number; id: number }>(
    `DELETE FROM credits
     WHERE user BETWEEN ? AND ? AND ends_ms < ? AND reserved = 0
       AND (user, id) NOT IN (SELECT user, credit FROM messages WHERE state < 2 AND credit IS NOT NULL)
     RETURNING user, id`,
  ).all(from, to, before)
  for (const { user, id } of gone) {
    sql('DELETE FROM credit_history WHERE user = ? AND credit = ?').run(user, id)
  }
  return gone.length
}

/**
 * A message on its way keeps what it says; then a hash of it stays, and no word of its credit: that goes next. One that others were put behind, since their keys led
 * to its number, stays as long as they do: the search for a key ends at the first gap.
 */
function forgetMessages(sql: Statements, from: number, to: number, nowMs: number): number {
  const said = sql(
    `UPDATE messages SET payload = NULL, credit = NULL, credit_generation = NULL
     WHERE user BETWEEN ? AND ? AND payload IS NOT NULL AND state >= 2 AND created_ms < ?`,
  ).run(from, to, nowMs - retention.messageDataMs)
  const keys = sql(
    'UPDATE messages SET key = NULL WHERE user BETWEEN ? AND ? AND key IS NOT NULL AND key_ends_ms <= ?',
  ).run(from, to, nowMs)
  const gone = sql(
    `DELETE FROM messages
     WHERE user BETWEEN ? AND ? AND state >= 2 AND key IS NULL AND created_ms < ? AND NOT EXISTS (
       SELECT 1 FROM messages AS next
       WHERE next.user = messages.user AND next.id = (messages.id + 1) % ${idRange})`,
  ).run(from, to, nowMs - retention.messagesMs)
  return said + keys + gone
}

/** A key counts from its replacement: the phone of a user who comes back after a month still signs with the newest. */
function forgetKeys(sql: Statements, from: number, to: number, replacedBefore: number): number {
  return sql(
    `DELETE FROM session_keys WHERE user BETWEEN ? AND ? AND EXISTS (
       SELECT 1 FROM session_keys AS newer
       WHERE newer.user = session_keys.user AND newer.n > session_keys.n AND newer.made_ms < ?)`,
  ).run(from, to, replacedBefore)
}

/** Arrivals lie in the order in which they came, so the oldest are at the beginning. */
export function sweepArrivals(sql: Statements, { nowMs }: { nowMs: number }): number {
  return sql(
    `DELETE FROM arrivals WHERE received_ms < ? AND arrival IN (
       SELECT arrival FROM arrivals ORDER BY arrival LIMIT ${arrivalsPerStep})`,
  ).run(nowMs - retention.arrivalsMs)
}

interface ByteStep {
  firstByte: number
  nowMs: number
}

/** Sessions lie by their hash: one step takes those that begin with one byte. */
export function sweepSessions(sql: Statements, { firstByte, nowMs }: ByteStep): number {
  return sql('DELETE FROM sessions WHERE token_hash >= ? AND token_hash < ? AND ends_ms <= ?').run(
    ...hashesFrom(firstByte),
    nowMs,
  )
}

/** As sessions. */
export function sweepPushes(sql: Statements, { firstByte, nowMs }: ByteStep): number {
  return sql('DELETE FROM pushes WHERE key >= ? AND key < ? AND received_ms <= ?').run(
    ...hashesFrom(firstByte),
    nowMs - pushesKnownMs,
  )
}
