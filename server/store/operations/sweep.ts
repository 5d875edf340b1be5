/**
 * Ends and deletes what is not kept. There is no index on times, since every write would pay for
 * it. A sweep walks the tables in small steps instead, each a transaction of its own, so that
 * others wait only briefly. Several processes may sweep at once: the second finds nothing left to
 * do.
 */
import { consentRule } from '../../rules/credits.ts'
import { sweepRules } from '../../rules/database.ts'
import { pushesKnownMs } from '../../rules/pushes.ts'
import { retention } from '../../rules/retention.ts'
import { keptSessionKeys } from '../../rules/sessions.ts'
import { dayOf } from '../../runtime/world.ts'
import { changeCode, stateCode, hashesFrom, idRange, isScheduled } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import type { UserNumber } from '../store.ts'
import { sweepApiKeys } from './api-keys.ts'
import { sweepAudit } from './audit.ts'
import { sweepChanges } from './changes.ts'
import { sweepBroadcasts } from './forget-recipients.ts'
import { sweepCodes } from './codes.ts'
import { sweepMedia } from './media.ts'
import { sweepSuspensions } from './send-limits.ts'
import { countTags, sweepTags } from './tag-results.ts'
import { lockUser } from './users.ts'
import { sweepDeliveries } from './webhook-deliveries.ts'

interface Sweep {
  nowMs: number
  /** Aborted, the sweep ends after the step that runs. */
  signal?: AbortSignal
}

/** Returns how many rows it changed. `run` runs one step, in a transaction of its own. */
export async function sweep(
  run: (step: SweepStep) => Promise<SweepResult>,
  { nowMs, signal }: Sweep,
): Promise<number> {
  const isOver = () => signal?.aborted ?? false
  let changed = 0
  for (let at: SweepPosition | undefined = { part: 'apps' }; at && !isOver();) {
    const result: SweepResult = await run({ at, nowMs })
    changed += result.changed
    at = result.next
  }
  return changed
}

type SweepPosition =
  | { part: 'apps' | 'arrivals' | 'media' | 'audit' | 'changes' | 'broadcasts' | 'tags' }
  | { part: 'users'; from: number; rule: number }
  | { part: 'hashes'; firstByte: number }

interface SweepStep {
  at: SweepPosition
  nowMs: number
}

interface SweepResult {
  changed: number
  /** `undefined`: the sweep is complete. */
  next?: SweepPosition
}

export function* sweepStep(sql: Sql, { at, nowMs }: SweepStep): Operation<SweepResult> {
  switch (at.part) {
    case 'apps': {
      const changed =
        (yield* sweepSuspensions(sql, { nowMs })) +
        (yield* sweepCodes(sql, { nowMs })) +
        (yield* sweepApiKeys(sql, { nowMs })) +
        (yield* sweepDeliveries(sql))
      return { changed, next: { part: 'users', from: 0, rule: 0 } }
    }
    case 'users':
      return yield* sweepUsers(sql, at, nowMs)
    case 'hashes': {
      const changed = yield* sweepHashes(sql, at.firstByte, nowMs)
      const isLast = at.firstByte === 255
      return {
        changed,
        next: isLast ? { part: 'arrivals' } : { part: 'hashes', firstByte: at.firstByte + 1 },
      }
    }
    case 'arrivals': {
      const changed = yield* sweepArrivals(sql, nowMs)
      return { changed, next: changed > 0 ? at : { part: 'media' } }
    }
    case 'media': {
      const changed = yield* sweepMedia(sql, { nowMs })
      return { changed, next: changed > 0 ? at : { part: 'audit' } }
    }
    case 'audit': {
      const changed = yield* sweepAudit(sql, { nowMs })
      return { changed, next: changed > 0 ? at : { part: 'changes' } }
    }
    case 'changes': {
      const changed = yield* sweepChanges(sql, { nowMs })
      return { changed, next: changed > 0 ? at : { part: 'broadcasts' } }
    }
    case 'broadcasts': {
      const changed = yield* sweepBroadcasts(sql, { nowMs })
      return { changed, next: changed > 0 ? at : { part: 'tags' } }
    }
    case 'tags': {
      const changed = yield* sweepTags(sql, { nowMs })
      return changed > 0 ? { changed, next: at } : { changed }
    }
    default:
      return at satisfies never
  }
}

/**
 * Sweeps the rows of the next users, by all rules or, where transactions run beside each other and
 * wait for the locks of this one, by one rule.
 */
function* sweepUsers(
  sql: Sql,
  { from, rule }: { from: number; rule: number },
  nowMs: number,
): Operation<SweepResult> {
  const row = yield* sql.get<{ to: number | null }>(
    `SELECT max(usr) AS "to" FROM (
       SELECT usr FROM users WHERE usr >= $1 ORDER BY usr
       LIMIT ${sweepRules.usersPerStep}) AS step`,
    from,
  )
  const to = row!.to
  if (to === null) return { changed: 0, next: { part: 'hashes', firstByte: 0 } }
  const users: Users = { from, to }
  const nextUsers = { part: 'users', from: to + 1, rule: 0 } as const
  if (sql.dialect.isConcurrent) {
    const changed = yield* userRules[rule]!(sql, users, nowMs)
    const isLast = rule + 1 === userRules.length
    return { changed, next: isLast ? nextUsers : { part: 'users', from, rule: rule + 1 } }
  }
  let changed = 0
  for (const apply of userRules) changed += yield* apply(sql, users, nowMs)
  return { changed, next: nextUsers }
}

/** The users from one number to another, both included. */
interface Users {
  from: number
  to: number
}

type UserRule = (sql: Sql, users: Users, nowMs: number) => Step<number>

const isSettled = `state >= ${stateCode.of('sent')} AND NOT ${isScheduled}`

/** SQL: from then on, what a message holds is kept for a while. */
const beganMs = 'coalesce(send_at_ms, created_ms)'

/** SQL: the row is of one of the users from `$1` to `$2`. */
const of = ({ dialect }: Pick<Sql, 'dialect'>, column = 'usr'): string =>
  dialect.spansMachines ? `${column} = $1 AND ${column} <= $2` : `${column} BETWEEN $1 AND $2`

/**
 * A rule that locks users: engines on several machines lock those of one shard in a statement, so
 * that the rule is applied to one user after the other.
 *
 * @param rows which rows, older than `$3`, the rule is for
 */
const oneByOne = (rows: string, keptMs: number, rule: UserRule): UserRule =>
  function* (sql, users, nowMs) {
    if (!sql.dialect.spansMachines) return yield* rule(sql, users, nowMs)
    const found = yield* sql.all<{ usr: UserNumber }>(
      `SELECT DISTINCT usr FROM ${rows} AND usr BETWEEN $1 AND $2 ORDER BY usr`,
      users.from,
      users.to,
      nowMs - keptMs,
    )
    let changed = 0
    for (const { usr } of found) changed += yield* rule(sql, { from: usr, to: usr }, nowMs)
    return changed
  }

export const userRules: readonly UserRule[] = [
  oneByOne('credits WHERE uses_left > 0 AND ends_ms <= $3', 0, expireCredits),
  // Before `deleteCredits`, which leaves a credit that a message names.
  (sql, { from, to }, nowMs) =>
    sql.run(
      `UPDATE messages SET payload = NULL, credit = NULL, credit_generation = NULL
       WHERE usr BETWEEN $1 AND $2 AND payload IS NOT NULL AND ${isSettled} AND ${beganMs} < $3`,
      from,
      to,
      nowMs - retention.messageDataMs,
    ),
  oneByOne('credits WHERE reserved = 0 AND ends_ms < $3', retention.endedCreditsMs, deleteCredits),
  (sql, { from, to }, nowMs) =>
    sql.run(
      `UPDATE messages SET key = NULL
       WHERE usr BETWEEN $1 AND $2 AND key IS NOT NULL AND key_ends_ms <= $3`,
      from,
      to,
      nowMs,
    ),
  oneByOne(
    `messages WHERE ${isSettled} AND key IS NULL AND ${beganMs} < $3`,
    retention.messagesMs,
    deleteMessages,
  ),
  (sql, { from, to }, nowMs) =>
    sql.run(
      'DELETE FROM events WHERE usr BETWEEN $1 AND $2 AND received_ms < $3',
      from,
      to,
      nowMs - retention.eventsMs,
    ),
  // From its replacement on: the newest key stays, since a phone may come back after a month.
  (sql, { from, to }, nowMs) =>
    sql.run(
      `DELETE FROM session_keys WHERE usr BETWEEN $1 AND $2 AND EXISTS (
         SELECT 1 FROM session_keys AS newer WHERE newer.usr = session_keys.usr
           AND newer.n > session_keys.n AND newer.made_ms < $3)`,
      from,
      to,
      nowMs - keptSessionKeys.forMs,
    ),
  (sql, { from, to }, nowMs) =>
    sql.run(
      'DELETE FROM consents WHERE usr BETWEEN $1 AND $2 AND at_ms < $3',
      from,
      to,
      nowMs - consentRule.keptMs,
    ),
  (sql, { from, to }, nowMs) =>
    sql.run(
      'DELETE FROM customer_windows WHERE usr BETWEEN $1 AND $2 AND ends_ms <= $3',
      from,
      to,
      nowMs,
    ),
  (sql, { from, to }, nowMs) =>
    sql.run(
      'DELETE FROM user_days WHERE usr BETWEEN $1 AND $2 AND day < $3',
      from,
      to,
      dayOf(nowMs) - sweepRules.userDays,
    ),
  (sql, { from, to }, nowMs) =>
    sql.run(
      'DELETE FROM push_contents WHERE usr BETWEEN $1 AND $2 AND ends_ms <= $3',
      from,
      to,
      nowMs,
    ),
]

function* expireCredits(sql: Sql, { from, to }: Users, nowMs: number): Operation<number> {
  yield* lockUsersWith(sql, `credits WHERE ${isEnding(sql)}`, [from, to, nowMs])
  yield* sql.run(
    `INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta, at_ms)
     SELECT usr, id, n + 1, ${changeCode.of('expired')}, -uses_left, 0, $3 FROM (
       SELECT usr, id, n, uses_left FROM credits WHERE ${isEnding(sql)}
       ORDER BY usr, id ${sql.dialect.forUpdate}) AS ended`,
    from,
    to,
    nowMs,
  )
  yield* countExpired(sql, { from, to }, nowMs)
  // Only those that the first statement saw: a credit may be recorded between the two. The range of
  // users stands also inside EXISTS, so that the planner does not read the whole history.
  return yield* sql.run(
    `UPDATE credits SET uses_left = 0, n = n + 1 WHERE ${isEnding(sql)} AND ${isExpired(sql)}`,
    from,
    to,
    nowMs,
  )
}

const isEnding = (sql: Sql) => `${of(sql)} AND uses_left > 0 AND ends_ms <= $3`
const isExpired = (sql: Sql) => `EXISTS (SELECT 1 FROM credit_history AS h WHERE ${of(sql, 'h.usr')}
  AND h.usr = credits.usr AND h.credit = credits.id AND h.n = credits.n + 1)`

function* countExpired(sql: Sql, { from, to }: Users, nowMs: number): Operation<void> {
  const expired = yield* sql.all<{ user: UserNumber; tags: string; count: number }>(
    `SELECT usr AS "user", tags, uses_left AS count FROM credits
     WHERE tags IS NOT NULL AND ${isEnding(sql)} AND ${isExpired(sql)}`,
    from,
    to,
    nowMs,
  )
  for (const one of expired) yield* countTags(sql, { ...one, result: 'ended', atMs: nowMs })
}

/**
 * A credit stays, whatever its age, while a message under way names it, also by an earlier
 * generation. If the credit were recorded anew, its generations would begin again, and the message
 * would match a wrong one.
 */
function* deleteCredits(sql: Sql, { from, to }: Users, nowMs: number): Operation<number> {
  const values = [from, to, nowMs - retention.endedCreditsMs] as const
  const isOver = `${of(sql)} AND ends_ms < $3 AND reserved = 0`
  yield* lockUsersWith(sql, `credits WHERE ${isOver}`, values)
  yield* sql.run(
    `DELETE FROM credit_history WHERE ${of(sql)} AND (usr, credit) IN (
       SELECT usr, id FROM credits WHERE ${isOver} AND NOT EXISTS (
         SELECT 1 FROM messages AS m
         WHERE m.usr = credits.usr AND m.credit = credits.id AND m.state < ${stateCode.of('sent')})
       ORDER BY usr, id ${sql.dialect.forUpdate})`,
    ...values,
  )
  // Every other credit has a history, from its record on.
  const deleted = yield* sql.run(
    `DELETE FROM credits WHERE ${isOver} AND NOT EXISTS (
       SELECT 1 FROM credit_history AS h WHERE ${of(sql, 'h.usr')}
         AND h.usr = credits.usr AND h.credit = credits.id)`,
    ...values,
  )
  if (deleted > 0) {
    yield* sql.run(
      `DELETE FROM credit_tags WHERE ${of(sql)} AND NOT EXISTS (
         SELECT 1 FROM credits AS c WHERE c.usr = credit_tags.usr AND c.id = credit_tags.credit)`,
      from,
      to,
    )
  }
  return deleted
}

/**
 * A message stays as long as another one follows it: the search for a key ends at the first gap.
 */
function* deleteMessages(sql: Sql, { from, to }: Users, nowMs: number): Operation<number> {
  const values = [from, to, nowMs - retention.messagesMs] as const
  const isOver = `${of(sql)} AND ${isSettled} AND key IS NULL
    AND ${beganMs} < $3`
  yield* lockUsersWith(sql, `messages WHERE ${isOver}`, values)
  return yield* sql.run(
    `DELETE FROM messages WHERE ${isOver} AND NOT EXISTS (
       SELECT 1 FROM messages AS next
       WHERE next.usr = messages.usr AND next.id = (messages.id + 1) % ${idRange})`,
    ...values,
  )
}

/**
 * Locks the users of these rows, in the order of their numbers, and waits for operations on them.
 */
function* lockUsersWith(
  sql: Sql,
  rows: string,
  values: readonly [from: number, to: number, ms: number],
): Operation<void> {
  if (!sql.dialect.isConcurrent) return
  if (sql.dialect.spansMachines) return void (yield* lockUser(sql, values[0] as UserNumber))
  yield* sql.run(
    `SELECT 1 FROM users WHERE usr IN (SELECT usr FROM ${rows}) ORDER BY usr FOR UPDATE`,
    ...values,
  )
}

/** Sweeps rows whose keys are hashes: those that begin with one byte. */
function* sweepHashes(sql: Sql, firstByte: number, nowMs: number): Operation<number> {
  const [from, to] = hashesFrom(firstByte)
  const sessions = yield* sql.run(
    'DELETE FROM sessions WHERE token_hash >= $1 AND token_hash < $2 AND ends_ms <= $3',
    from,
    to,
    nowMs,
  )
  const pushes = yield* sql.run(
    'DELETE FROM pushes WHERE key >= $1 AND key < $2 AND received_ms <= $3',
    from,
    to,
    nowMs - pushesKnownMs,
  )
  return sessions + pushes
}

/** Arrivals are numbered as they come: the first ones are the oldest. */
function* sweepArrivals(sql: Sql, nowMs: number): Operation<number> {
  return yield* sql.run(
    `DELETE FROM arrivals WHERE received_ms < $1 AND arrival IN (
       SELECT arrival FROM arrivals ORDER BY arrival LIMIT ${sweepRules.arrivalsPerStep})`,
    nowMs - retention.arrivalsMs,
  )
}
