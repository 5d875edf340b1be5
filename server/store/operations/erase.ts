/**
 * Erasing a user. One transaction takes the openId away, after which nothing finds the person and
 * nothing is sent to them. What is left belongs to a number that names nobody. `eraseStep` clears
 * what of it is personal, in small transactions, and goes on where a process that died stopped.
 *
 * The sums stay: credits and their history, messages and their states, arrivals and members of
 * groups, until their retention is over.
 */
import { sweepRules } from '../../rules/database.ts'
import { changeCode, isUnsettled, stateCode, writeReason } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { EraseUser, MessageOutcome, UserNumber } from '../store.ts'
import { noteChange } from './changes.ts'
import { eraseRecipients } from './forget-recipients.ts'
import { countTags, endedUses } from './tag-results.ts'
import { dropName, findAppUser, lockUser, type AppUser } from './users.ts'

export function* eraseUser(sql: Sql, input: EraseUser): Operation<UserNumber | undefined> {
  const found = yield* findAppUser(sql, input.appId, input.openId)
  if (!found || !(yield* lockUser(sql, found.user))) return undefined
  const { user } = found
  const severed = Object.keys(sql.dialect.openIdColumns('NULL')).map((name) => `${name} = NULL`)
  yield* sql.run(
    `UPDATE users SET ${severed.join()}, day = 0, events_of_day = 0, below_minimum = false,
       asked_until_ms = NULL
     WHERE usr = $1`,
    user,
  )
  yield* dropName(sql, found.app, input.openId)
  yield* sql.run('INSERT INTO erasures (usr, at_ms) VALUES ($1, $2)', user, input.nowMs)
  // The fast paths do not lock users. A settlement locks a message, then its credit; an opening
  // that holds a credit has written a message once the credit is free.
  yield* lockMessages(sql, user)
  yield* endCredits(sql, user, input.nowMs)
  yield* endMessages(sql, found, input)
  for (const table of endedAtOnce) yield* sql.run(`DELETE FROM ${table} WHERE usr = $1`, user)
  return user
}

/** Few rows each. */
const endedAtOnce = ['sessions', 'session_keys', 'customer_windows', 'credit_tags', 'user_days']

function* lockMessages(sql: Sql, user: UserNumber): Operation<void> {
  if (!sql.dialect.isConcurrent) return
  yield* sql.run(
    `SELECT 1 FROM messages WHERE usr = $1 AND ${isUnsettled} ORDER BY id FOR UPDATE`,
    user,
  )
}

function* endCredits(sql: Sql, user: UserNumber, nowMs: number): Operation<void> {
  if (sql.dialect.isConcurrent) {
    yield* sql.run('SELECT 1 FROM credits WHERE usr = $1 ORDER BY id FOR UPDATE', user)
  }
  const isLive = 'usr = $1 AND (uses_left IS DISTINCT FROM 0 OR reserved > 0)'
  const tagged = yield* sql.all<{ tags: string; uses: number | null; reserved: number }>(
    `SELECT tags, uses_left AS uses, reserved FROM credits WHERE ${isLive} AND tags IS NOT NULL`,
    user,
  )
  for (const { tags, ...uses } of tagged) {
    const ended = { result: 'ended', count: endedUses(uses), atMs: nowMs } as const
    yield* countTags(sql, { user, tags, ...ended })
  }
  yield* sql.run(
    `INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta, reason, at_ms)
     SELECT usr, id, n + 1, ${changeCode.of('dead')}, -coalesce(uses_left, 0), -reserved, 'erased',
       CAST($2 AS bigint)
     FROM credits WHERE ${isLive}`,
    user,
    nowMs,
  )
  yield* sql.run(
    `UPDATE credits SET uses_left = 0, reserved = 0, generation = generation + 1, n = n + 1
     WHERE ${isLive}`,
    user,
  )
}

/**
 * A call that is under way cannot be called back. Its message keeps its lease and its credit, so
 * that its holder may report the outcome, and nothing is sent after it: it is `unknown`.
 */
function* endMessages(
  sql: Sql,
  { user, app, watched }: AppUser,
  { ifQueued, ifSending, nowMs }: EraseUser,
): Operation<void> {
  function* end(
    from: 'scheduled' | 'queued' | 'sending',
    to: MessageOutcome,
    rest: string,
  ): Operation<void> {
    const ended = yield* sql.all<{ id: number }>(
      `UPDATE messages SET state = ${stateCode.of(to.state)}, reason = $2, settled_ms = $3 ${rest}
       WHERE usr = $1 AND state = ${stateCode.of(from)} RETURNING id`,
      user,
      writeReason(to.reason!),
      nowMs,
    )
    for (const { id } of ended) {
      const about = { app, watched, user, subject: id, atMs: nowMs }
      yield* noteChange(sql, { ...about, type: 'message.settled', detail: to })
    }
  }
  const forget = ', due = NULL, holder = NULL'
  yield* end('scheduled', { state: 'refused', reason: ifQueued }, forget)
  yield* end('queued', { state: 'refused', reason: ifQueued }, forget)
  yield* end('sending', { state: 'unknown', reason: ifSending }, '')
}

/** How many calls to WeChat are under way for a user who was erased. */
export function* countCalls(sql: Sql, user: UserNumber): Operation<number> {
  const row = yield* sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM messages
     WHERE usr = $1 AND state = ${stateCode.of('unknown')} AND due > $now`,
    user,
  )
  return row!.count
}

/** Erased users of whom there may be rows to clear: the next ones by their number. */
export function* findErasures(sql: Sql, after: UserNumber | undefined): Operation<UserNumber[]> {
  const rows = yield* sql.all<{ user: UserNumber }>(
    `SELECT usr AS "user" FROM erasures WHERE usr > $1 ORDER BY usr
     LIMIT ${sweepRules.erasuresPerLook}`,
    after ?? -1,
  )
  return rows.map(({ user }) => user)
}

export function* countErasures(
  sql: Sql,
  { appId, limit }: { appId: string; limit: number },
): Operation<number> {
  const row = yield* sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT usr FROM erasures LIMIT $2) AS few
     WHERE (SELECT app FROM users WHERE users.usr = few.usr) =
       (SELECT app FROM apps WHERE app_id = $1)`,
    appId,
    limit,
  )
  return row!.count
}

/** Clears some rows of each table. Returns how many; the step without any ends the erasure. */
export function* eraseStep(sql: Sql, user: UserNumber): Operation<number> {
  let changed = yield* eraseRecipients(sql, user, sweepRules.erasedPerStep)
  for (const { clear, key, where } of cleared) {
    const some = `${where} LIMIT ${sweepRules.erasedPerStep}`
    changed += yield* sql.run(`${clear} AND (${key}) IN (${some})`, user)
  }
  if (changed === 0) yield* sql.run('DELETE FROM erasures WHERE usr = $1', user)
  return changed
}

interface Cleared {
  clear: string
  key: string
  where: string
}

const deleted = (table: string, key: string): Cleared => ({
  clear: `DELETE FROM ${table} WHERE usr = $1`,
  key,
  where: `SELECT ${key} FROM ${table} WHERE usr = $1`,
})

const emptied = (table: string, key: string, set: string, isFull: string): Cleared => ({
  clear: `UPDATE ${table} SET ${set} WHERE usr = $1`,
  key,
  where: `SELECT ${key} FROM ${table} WHERE usr = $1 AND (${isFull})`,
})

const cleared: readonly Cleared[] = [
  deleted('events', 'id'),
  deleted('push_contents', 'received_ms, key'),
  deleted('consents', 'template_id, source, at_ms'),
  // Its end, so that the sweep deletes the credit, also one that would not end.
  emptied(
    'credits',
    'id',
    `ref = '', tags = NULL,
       ends_ms = (SELECT at_ms FROM erasures WHERE erasures.usr = credits.usr)`,
    `ref <> '' OR tags IS NOT NULL OR ends_ms IS NULL`,
  ),
  // A late reply may fill an emptied message again, and SQLite's substr of empty bytes is NULL.
  emptied(
    'messages',
    'id',
    `key = NULL, body = coalesce(substr(body, 1, 0), body), payload = NULL, platform_id = NULL,
      tags = NULL`,
    'key IS NOT NULL OR payload IS NOT NULL OR platform_id IS NOT NULL OR tags IS NOT NULL',
  ),
  emptied('shares', 'share', 'path = NULL, title = NULL', 'path IS NOT NULL OR title IS NOT NULL'),
]
