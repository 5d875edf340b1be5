/**
 * Tells of credits that are about to end, while a webhook wants to know. There is no index on their
 * ends, since every credit would pay for it: a walk looks at the credits of all users, in steps.
 * Each walk goes on where the ends of the last one stopped, so that no end is told twice.
 */
import { creditEndingRules } from '../../rules/webhooks.ts'
import { changeTypeCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { CreditId, UserNumber } from '../store.ts'
import { isWatched, noteChange, type StoredCredit } from './changes.ts'
import type { WatchedApp } from './users.ts'

const wanted = `webhook_types & ${1 << changeTypeCode.of('credit.ending')}`

/** Whether anybody wants to know. */
export function* areEndingsWanted(sql: Sql): Operation<boolean> {
  return (yield* sql.get(`SELECT 1 FROM apps WHERE (${wanted}) <> 0 LIMIT 1`)) !== undefined
}

interface Walk {
  next: UserNumber | null
  toldMs: number
  targetMs: number
}

interface Ending extends WatchedApp {
  user: UserNumber
  id: CreditId
  kind: number
  ref: string
  uses: number | null
  endsAtMs: number
}

export interface ToldStep {
  told: number
  isLast: boolean
}

export function* endingsStep(sql: Sql, { nowMs }: { nowMs: number }): Operation<ToldStep> {
  const { leadMs, everyMs, usersPerStep } = creditEndingRules
  const walk = yield* sql.get<Walk>(
    `SELECT next_usr AS next, told_ms AS "toldMs", target_ms AS "targetMs" FROM credit_endings
     ${sql.dialect.skipLocked}`,
  )
  if (!walk || (walk.next === null && nowMs + leadMs < walk.toldMs + everyMs)) {
    return { told: 0, isLast: true }
  }
  const from = walk.next ?? 0
  const targetMs = walk.next === null ? nowMs + leadMs : walk.targetMs
  const row = yield* sql.get<{ to: UserNumber | null }>(
    `SELECT max(usr) AS "to" FROM (
       SELECT usr FROM users WHERE usr >= $1 ORDER BY usr LIMIT ${usersPerStep}) AS step`,
    from,
  )
  const { to } = row!
  if (to === null) {
    const text = 'UPDATE credit_endings SET next_usr = NULL, told_ms = $1, target_ms = $1'
    yield* sql.run(text, targetMs)
    return { told: 0, isLast: true }
  }
  const endings = yield* sql.all<Ending>(
    `SELECT c.usr AS "user", c.id, c.kind, c.ref, c.uses_left AS uses, c.ends_ms AS "endsAtMs",
       u.app, a.watched
     FROM credits c JOIN users u ON u.usr = c.usr JOIN apps a ON a.app = u.app
     WHERE c.usr BETWEEN $1 AND $2 AND c.ends_ms > $3 AND c.ends_ms <= $4
       AND c.uses_left IS DISTINCT FROM 0 AND u.open_id IS NOT NULL
       AND ${isWatched('a.watched', 'credit.ending')}
     ORDER BY c.usr, c.id`,
    from,
    to,
    walk.toldMs,
    targetMs,
  )
  for (const { user, id, app, watched, kind, uses, endsAtMs } of endings) {
    const detail: StoredCredit = { kind, uses, endsAtMs }
    const about = { app, watched, user, subject: id, atMs: nowMs }
    yield* noteChange(sql, { ...about, type: 'credit.ending', detail })
  }
  const text = 'UPDATE credit_endings SET next_usr = $1, target_ms = $2'
  yield* sql.run(text, to + 1, targetMs)
  return { told: endings.length, isLast: false }
}
