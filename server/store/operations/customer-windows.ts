/**
 * Windows of customer service. The rights of one user are one allowance and do not add up (不累加):
 * one credit, which a trigger renews.
 */
import { kindCode, creditId } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { CustomerWindow, UserNumber } from '../store.ts'
import { noteChange, storedCredit } from './changes.ts'
import { writeHistory, lockCredit } from './credits.ts'
import type { WatchedApp } from './users.ts'

interface Trigger extends WatchedApp {
  user: UserNumber
  atMs: number
  nowMs: number
}

/** The one credit of all kinds; its kind is that of the larger open window. */
export const allowance = creditId('wrote', '')

/** The caller has locked the user. */
export function* openWindow(sql: Sql, at: Trigger, opened: CustomerWindow): Operation<void> {
  const change = changeOf(yield* findWindows(sql, at.user), at, opened)
  if (!change) return
  yield* upsertWindow(sql, at, opened)
  const before = yield* lockCredit(sql, at.user, allowance)
  const uses = change.late && before ? change.late.uses : change.combined.uses
  if (change.late && before) yield* extend(sql, at, change.combined, uses)
  else yield* renew(sql, at, change.combined, before)
  const { app, watched, user, nowMs } = at
  const about = { app, watched, user, subject: allowance, atMs: nowMs }
  const detail = storedCredit({ ...change.combined, ref: '', uses })
  yield* noteChange(sql, { ...about, type: 'credit.recorded', detail })
}

type StoredWindow = CustomerWindow & { atMs: number }

interface WindowChange {
  /** All open windows as one. */
  combined: CustomerWindow
  /** Set if a younger trigger was recorded before: the uses that this one adds to its allowance. */
  late: { uses: number } | undefined
}

/**
 * A trigger sets the uses to the largest limit among the windows open at that time and the end to
 * the furthest, and begins a new generation. A late one only adds what the younger trigger would
 * have had in addition. `undefined`: the trigger changes nothing.
 */
function changeOf(
  before: readonly StoredWindow[],
  { atMs, nowMs }: Trigger,
  opened: CustomerWindow,
): WindowChange | undefined {
  const beganMs = Math.max(...before.map((window) => window.atMs))
  const others = before.filter(({ kind }) => kind !== opened.kind)
  const isYounger = (window: StoredWindow) => window.kind === opened.kind && window.atMs > atMs
  if (before.some(isYounger)) return undefined
  const combinedMs = Math.max(atMs, beganMs)
  const combined = combineAt([...others, { ...opened, atMs }], combinedMs)
  if (combined.endsAtMs <= nowMs) return undefined
  if (atMs >= beganMs) return { combined, late: undefined }
  const had = Math.max(0, ...openAt(before, combinedMs).map(({ uses }) => uses))
  return { combined, late: { uses: Math.max(0, combined.uses - had) } }
}

const openAt = (windows: readonly StoredWindow[], ms: number) =>
  windows.filter(({ endsAtMs }) => endsAtMs > ms)

function combineAt(windows: readonly StoredWindow[], ms: number): CustomerWindow {
  const open = openAt(windows, ms)
  const [larger = windows[0]!] = open.sort((a, b) => b.uses - a.uses || b.endsAtMs - a.endsAtMs)
  return {
    kind: larger.kind,
    uses: larger.uses,
    endsAtMs: Math.max(...open.map(({ endsAtMs }) => endsAtMs)),
    usableUntilMs: Math.max(...open.map(({ usableUntilMs }) => usableUntilMs)),
  }
}

function* findWindows(sql: Sql, user: UserNumber): Operation<StoredWindow[]> {
  const rows = yield* sql.all<Omit<StoredWindow, 'kind'> & { kind: number }>(
    `SELECT kind, uses, at_ms AS "atMs", usable_until_ms AS "usableUntilMs", ends_ms AS "endsAtMs"
     FROM customer_windows WHERE usr = $1`,
    user,
  )
  return rows.map((row) => ({ ...row, kind: kindCode.word(row.kind) as CustomerWindow['kind'] }))
}

function* upsertWindow(sql: Sql, { user, atMs }: Trigger, window: CustomerWindow): Operation<void> {
  yield* sql.run(
    `INSERT INTO customer_windows (usr, kind, uses, at_ms, usable_until_ms, ends_ms)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (usr, kind) DO UPDATE SET uses = excluded.uses, at_ms = excluded.at_ms,
       usable_until_ms = excluded.usable_until_ms, ends_ms = excluded.ends_ms`,
    user,
    kindCode.of(window.kind),
    window.uses,
    atMs,
    window.usableUntilMs,
    window.endsAtMs,
  )
}

function* renew(
  sql: Sql,
  { user, nowMs }: Trigger,
  combined: CustomerWindow,
  before: { uses: number | null; reserved: number } | undefined,
): Operation<void> {
  const row = yield* sql.get<{ n: number }>(
    `INSERT INTO credits (usr, id, kind, ref, uses_left, usable_until_ms, ends_ms)
     VALUES ($1, $2, $3, '', $4, $5, $6)
     ON CONFLICT (usr, id) DO UPDATE SET kind = excluded.kind, uses_left = excluded.uses_left,
       reserved = 0, usable_until_ms = excluded.usable_until_ms, ends_ms = excluded.ends_ms,
       generation = credits.generation + 1, n = credits.n + 1
     RETURNING n`,
    user,
    allowance,
    kindCode.of(combined.kind),
    combined.uses,
    combined.usableUntilMs,
    combined.endsAtMs,
  )
  yield* writeHistory(sql, {
    user,
    credit: allowance,
    n: row!.n,
    change: before ? 'renewed' : 'recorded',
    usesDelta: combined.uses - (before?.uses ?? 0),
    reservedDelta: -(before?.reserved ?? 0),
    atMs: nowMs,
  })
}

function* extend(
  sql: Sql,
  { user, nowMs }: Trigger,
  combined: CustomerWindow,
  uses: number,
): Operation<void> {
  const row = yield* sql.get<{ n: number }>(
    `UPDATE credits SET kind = $1, uses_left = uses_left + $2, usable_until_ms = $3, ends_ms = $4,
       n = n + 1
     WHERE usr = $5 AND id = $6 RETURNING n`,
    kindCode.of(combined.kind),
    uses,
    combined.usableUntilMs,
    combined.endsAtMs,
    user,
    allowance,
  )
  const change = { change: 'recorded', usesDelta: uses, reservedDelta: 0 } as const
  yield* writeHistory(sql, { ...change, user, credit: allowance, n: row!.n, atMs: nowMs })
}
