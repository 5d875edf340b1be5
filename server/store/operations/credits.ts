/**
 * Credits: recorded, found and ended; uses of them reserved and settled for messages; and the
 * history that records every change.
 */
import type { CreditKind } from '../../../shared/wire/index.ts'
import { kindCode, creditId, kindMask, changeCode, messageId } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import type {
  CreditId,
  CreditRow,
  NewCredit,
  RecordCredit,
  UserNumber,
  ReservedCredit,
  CreditChange,
  HistoryEntry,
} from '../store.ts'
import { noteChange, storedCredit } from './changes.ts'
import { forgetTags, splitTags } from './credit-tags.ts'
import { countTags, endedUses } from './tag-results.ts'
import { findUser, isBelowMinimum, lockUserOf, type WatchedApp } from './users.ts'

export function* recordCredit(
  sql: Sql,
  { appId, openId, credit, nowMs }: RecordCredit,
): Operation<'accepted' | 'duplicate'> {
  const { user, app, watched } = yield* lockUserOf(sql, appId, openId)
  const belowMinimum = yield* isBelowMinimum(sql, user)
  const status = yield* addCredit(sql, { user, app, watched, belowMinimum, nowMs }, credit)
  if (status === 'accepted') yield* keepLatest(sql, user, [credit], nowMs)
  return status
}

/** Whose credits are recorded, and when. */
export interface Recording extends WatchedApp {
  user: UserNumber
  belowMinimum: boolean
  nowMs: number
}

/** Does not apply `keepLive`: a batch calls `keepLatest` once, not for each credit. */
export function* addCredit(
  sql: Sql,
  { user, app, watched, belowMinimum, nowMs }: Recording,
  credit: NewCredit,
): Operation<'accepted' | 'duplicate'> {
  const id = creditId(credit.kind, credit.ref)
  const before = credit.uses === null ? ((yield* lockCredit(sql, user, id))?.uses ?? 0) : 0
  const row = yield* sql.get<{ n: number; uses: number | null }>(
    credit.addsUp ? insertOrIncrease : insertNew,
    user,
    id,
    kindCode.of(credit.kind),
    credit.ref,
    credit.uses,
    belowMinimum,
    credit.usableUntilMs,
    credit.endsAtMs,
  )
  if (!row) return 'duplicate'
  // The uses that the earlier tags were put on are gone.
  if (row.n > 1 && row.uses !== null && row.uses === credit.uses) yield* forgetTags(sql, user, id)
  yield* writeHistory(sql, {
    user,
    credit: id,
    n: row.n,
    change: 'recorded',
    // The sums of a credit without a limit are 0, so that uses from before are taken out.
    usesDelta: row.uses === null ? -before : credit.uses!,
    reservedDelta: 0,
    atMs: nowMs,
  })
  if (watched > 0) {
    const about = { app, watched, user, subject: id, atMs: nowMs }
    yield* noteChange(sql, { ...about, type: 'credit.recorded', detail: storedCredit(credit) })
  }
  return 'accepted'
}

const insert = `INSERT INTO credits
    (usr, id, kind, ref, uses_left, below_minimum, usable_until_ms, ends_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
const insertNew = `${insert} ON CONFLICT DO NOTHING RETURNING n, uses_left AS uses`
const insertOrIncrease = `${insert} ON CONFLICT (usr, id) DO UPDATE SET
    uses_left = credits.uses_left + excluded.uses_left,
    below_minimum = credits.below_minimum AND excluded.below_minimum,
    n = credits.n + 1
  RETURNING n, uses_left AS uses`

/** A credit's sums, which stay as they are until the transaction changes them. */
export const lockCredit = (sql: Sql, user: UserNumber, id: CreditId) =>
  sql.get<{ uses: number | null; reserved: number; generation: number }>(
    `SELECT uses_left AS uses, reserved, generation FROM credits
     WHERE usr = $1 AND id = $2 ${sql.dialect.forUpdate}`,
    user,
    id,
  )

/**
 * Supersedes the oldest live credits of a kind where there are more than `keepLive`. One with a
 * reserved use stays, since its message may give the use back.
 */
export function* keepLatest(
  sql: Sql,
  user: UserNumber,
  recorded: readonly NewCredit[],
  nowMs: number,
): Operation<void> {
  const limits = new Map<number, number>()
  for (const { kind, keepLive } of recorded) {
    if (keepLive !== undefined) limits.set(kindCode.of(kind), keepLive)
  }
  for (const [kind, keepLive] of limits) {
    const tooMany = yield* sql.all<{ id: CreditId }>(
      `SELECT id FROM credits
       WHERE usr = $1 AND kind = $2 AND uses_left > 0 AND reserved = 0 AND usable_until_ms > $3
       ORDER BY usable_until_ms DESC, id LIMIT 1000000 OFFSET $4 ${sql.dialect.forUpdate}`,
      user,
      kind,
      nowMs,
      keepLive,
    )
    for (const { id } of tooMany) yield* supersede(sql, user, id, nowMs)
  }
}

function* supersede(sql: Sql, user: UserNumber, id: CreditId, nowMs: number): Operation<void> {
  const before = yield* lockCredit(sql, user, id)
  if (!before?.uses) return
  const row = yield* sql.get<{ n: number; tags: string | null }>(
    'UPDATE credits SET uses_left = 0, n = n + 1 WHERE usr = $1 AND id = $2 RETURNING n, tags',
    user,
    id,
  )
  const { tags } = row!
  yield* countTags(sql, { user, tags, result: 'ended', count: before.uses, atMs: nowMs })
  const change = { change: 'superseded', usesDelta: -before.uses, reservedDelta: 0 } as const
  yield* writeHistory(sql, { ...change, user, credit: id, n: row!.n, atMs: nowMs })
}

/**
 * Ends a credit with all its uses, including those that messages hold: a new generation begins
 * without any. Returns its tags; or `undefined`, and changes nothing, if there is no such credit or
 * another generation than `generation`.
 */
export function* endCredit(
  sql: Sql,
  user: UserNumber,
  credit: CreditId,
  why: { reason: string; nowMs: number; message?: number; generation?: number },
): Operation<{ tags: string | null } | undefined> {
  const before = yield* lockCredit(sql, user, credit)
  if (!before || before.generation !== (why.generation ?? before.generation)) return undefined
  const row = yield* sql.get<{ n: number; tags: string | null }>(
    `UPDATE credits SET uses_left = 0, reserved = 0, generation = generation + 1, n = n + 1
     WHERE usr = $1 AND id = $2 RETURNING n, tags`,
    user,
    credit,
  )
  const { n, tags } = row!
  yield* writeHistory(sql, {
    user,
    credit,
    n,
    change: 'dead',
    usesDelta: -(before.uses ?? 0),
    reservedDelta: -before.reserved,
    message: why.message,
    reason: why.reason,
    atMs: why.nowMs,
  })
  yield* countTags(sql, {
    user,
    tags,
    result: 'ended',
    count: endedUses(before),
    atMs: why.nowMs,
  })
  return { tags }
}

export function* findCredits(
  sql: Sql,
  appId: string,
  openId: string,
  nowMs: number,
): Operation<CreditRow[]> {
  const user = yield* findUser(sql, appId, openId)
  if (user === undefined) return []
  const rows = yield* sql.all<CreditColumns>(
    `${selectCredits}
     WHERE usr = $1 AND (uses_left IS DISTINCT FROM 0 OR reserved > 0)
       AND (usable_until_ms > $2 OR usable_until_ms IS NULL)
     ORDER BY usable_until_ms NULLS LAST, id`,
    user,
    nowMs,
  )
  return rows.map(toCreditRow)
}

export const selectCredits = `
  SELECT id, kind, ref, uses_left AS "usesLeft", reserved, ends_ms AS "endsAtMs",
    usable_until_ms AS "usableUntilMs", below_minimum AS "belowMinimumVersion", tags
  FROM credits`

export type CreditColumns = Omit<CreditRow, 'kind' | 'tags'> & { kind: number; tags: string | null }

export const toCreditRow = (columns: CreditColumns): CreditRow => ({
  ...columns,
  kind: kindCode.word(columns.kind),
  belowMinimumVersion: Boolean(columns.belowMinimumVersion),
  tags: splitTags(columns.tags).sort(),
})

/** Which credits a message may reserve a use of. */
export interface CreditQuery {
  user: UserNumber
  /** See `kindMask`. */
  kinds: number
  ref: string | null
  message: number
  nowMs: number
}

export const creditQueryOf = (
  { user, message, nowMs }: Pick<CreditQuery, 'user' | 'message' | 'nowMs'>,
  { kinds, ref }: { kinds: readonly CreditKind[]; ref?: string },
): CreditQuery => ({ user, kinds: kindMask(kinds), ref: ref ?? null, message, nowMs })

/**
 * SQL: which credit is reserved first. The one that ends first; credits of a phone that would not
 * show the message come last.
 */
export const reservationOrder = 'below_minimum, usable_until_ms NULLS LAST, id'

const matchesQuery = `usr = $1 AND ($2 & (1 << kind)) <> 0 AND (ref = $3 OR $3 IS NULL)
  AND (usable_until_ms > $4 OR usable_until_ms IS NULL)`

/**
 * Reserves a use of the first credit in `reservationOrder`. Waits for transactions that hold a
 * matching credit, so that `undefined` means that there is none. The caller has locked the user.
 * PostgreSQL reserves most credits by its fast path (postgres/open-fast-path.ts), in this order.
 */
export function* reserve(
  sql: Sql,
  { user, kinds, ref, message, nowMs }: CreditQuery,
): Operation<ReservedCredit | undefined> {
  if (sql.dialect.isConcurrent) {
    yield* sql.run(
      `SELECT 1 FROM credits
       WHERE ${matchesQuery} AND (uses_left IS DISTINCT FROM 0 OR reserved > 0)
       ORDER BY id FOR UPDATE`,
      user,
      kinds,
      ref,
      nowMs,
    )
  }
  const row = yield* sql.get<{
    id: CreditId
    kind: number
    ref: string
    generation: number
    n: number
    uses: number | null
  }>(
    `UPDATE credits SET uses_left = uses_left - 1, reserved = reserved + 1, n = n + 1
     WHERE usr = $1 AND id = (
       SELECT id FROM credits WHERE ${matchesQuery} AND uses_left IS DISTINCT FROM 0
       ORDER BY ${reservationOrder} LIMIT 1)
     RETURNING id, kind, ref, generation, n, uses_left AS uses`,
    user,
    kinds,
    ref,
    nowMs,
  )
  if (!row) return undefined
  const { n, kind, uses, ...credit } = row
  yield* writeHistory(sql, {
    user,
    credit: credit.id,
    n,
    change: 'reserved',
    usesDelta: uses === null ? 0 : -1,
    reservedDelta: 1,
    message,
    atMs: nowMs,
  })
  return { ...credit, kind: kindCode.word(kind), presentations: 1 }
}

/** How many matching uses messages hold. */
export function* countReserved(
  sql: Sql,
  { user, kinds, ref, nowMs }: CreditQuery,
): Operation<number> {
  const row = yield* sql.get<{ reserved: number }>(
    `SELECT coalesce(sum(reserved), 0) AS reserved FROM credits WHERE ${matchesQuery}`,
    user,
    kinds,
    ref,
    nowMs,
  )
  return row!.reserved
}

export interface Reservation {
  user: UserNumber
  message: number
  credit: CreditId
  generation: number
  /**
   * What its end adds to the reserved uses; 0: the message was unknown, and the use counts as spent
   * already.
   */
  reserved: -1 | 0
}

export type CreditOutcome = { outcome: 'spent' | 'givenBack' } | { outcome: 'dead'; reason: string }

/**
 * Ends a reservation, or corrects what was written of its end. Does not change a later generation
 * of the credit, since the uses of this one ended with it; the history records the outcome as
 * `late`. Returns the tags of the use.
 */
export function* settleCredit(
  sql: Sql,
  reservation: Reservation,
  to: CreditOutcome,
  nowMs: number,
): Operation<string | null> {
  const { user, message, credit, generation, reserved } = reservation
  if (to.outcome === 'dead') {
    const why = { reason: to.reason, message, generation, nowMs }
    const ended = yield* endCredit(sql, user, credit, why)
    return ended ? ended.tags : yield* writeLate(sql, reservation, 'dead', nowMs)
  }
  const change = to.outcome
  const row = yield* sql.get<{ n: number; uses: number | null; tags: string | null }>(
    `UPDATE credits SET uses_left = uses_left + $1, reserved = reserved + $2, n = n + 1
     WHERE usr = $3 AND id = $4 AND generation = $5 RETURNING n, uses_left AS uses, tags`,
    change === 'givenBack' ? 1 : 0,
    reserved,
    user,
    credit,
    generation,
  )
  if (!row) return yield* writeLate(sql, reservation, change, nowMs)
  yield* writeHistory(sql, {
    user,
    credit,
    message,
    n: row.n,
    change,
    usesDelta: change === 'givenBack' && row.uses !== null ? 1 : 0,
    reservedDelta: reserved,
    atMs: nowMs,
  })
  return row.tags
}

/** The use ended before, and was counted with the tags of its credit. */
function* writeLate(
  sql: Sql,
  { user, message, credit }: Reservation,
  reason: string,
  nowMs: number,
): Operation<null> {
  const row = yield* sql.get<{ n: number }>(
    'UPDATE credits SET n = n + 1 WHERE usr = $1 AND id = $2 RETURNING n',
    user,
    credit,
  )
  // Without a row, a sweep deleted the credit with its history.
  if (!row) return null
  const unchanged = { usesDelta: 0, reservedDelta: 0 }
  yield* writeHistory(sql, {
    ...unchanged,
    user,
    credit,
    message,
    n: row.n,
    change: 'late',
    reason,
    atMs: nowMs,
  })
  return null
}

/** Every change of a credit's row writes one history row, in the same transaction. */
interface Change {
  user: UserNumber
  credit: CreditId
  /** The `n` of the credit's row after the change. */
  n: number
  change: CreditChange
  usesDelta: number
  reservedDelta: number
  message?: number | undefined
  reason?: string | undefined
  atMs: number
}

export const writeHistory = (sql: Sql, change: Change): Step<unknown> =>
  sql.run(
    `INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta,
       message, reason, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    change.user,
    change.credit,
    change.n,
    changeCode.of(change.change),
    change.usesDelta,
    change.reservedDelta,
    change.message ?? null,
    change.reason ?? null,
    change.atMs,
  )

export type HistoryRow = Omit<HistoryEntry, 'change' | 'message' | 'reason'> & {
  change: number
  message: number | null
  reason: string | null
}

export function* findHistory(sql: Sql, appId: string, openId: string): Operation<HistoryEntry[]> {
  const user = yield* findUser(sql, appId, openId)
  if (user === undefined) return []
  const rows = yield* sql.all<HistoryRow>(
    `${selectHistory} WHERE usr = $1 ORDER BY credit, n`,
    user,
  )
  return rows.map((row) => toHistoryEntry(row, user))
}

export function* findLatestHistory(
  sql: Sql,
  { appId, openId, limit }: { appId: string; openId: string; limit: number },
): Operation<{ credits: CreditRow[]; changes: HistoryEntry[] }> {
  const user = yield* findUser(sql, appId, openId)
  if (user === undefined) return { credits: [], changes: [] }
  const rows = yield* sql.all<HistoryRow>(
    `${selectHistory} WHERE usr = $1 ORDER BY at_ms DESC, credit, n DESC LIMIT $2`,
    user,
    limit,
  )
  const ids = [...new Set(rows.map(({ credit }) => credit))]
  const credits = yield* sql.all<CreditColumns>(
    `${selectCredits} WHERE usr = $1 AND id ${sql.dialect.anyOf('$2', 'bigint')}`,
    user,
    ids,
  )
  return {
    credits: credits.map(toCreditRow),
    changes: rows.map((row) => toHistoryEntry(row, user)),
  }
}

export const selectHistory = `
  SELECT credit, n, change, uses_delta AS "usesDelta", reserved_delta AS "reservedDelta",
    message, reason, at_ms AS "atMs"
  FROM credit_history`

export const toHistoryEntry = (
  { change, message, reason, ...row }: HistoryRow,
  user: UserNumber,
): HistoryEntry => ({
  ...row,
  change: changeCode.word(change),
  ...(message !== null && { message: messageId(user, message) }),
  ...(reason !== null && { reason }),
})
