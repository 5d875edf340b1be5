/** What customer service may still send to one user: one row, whose uses a trigger renews and never adds to. */
import type { CustomerWindow, UserNumber } from '../store.ts'
import { kindCode } from '../row-codes.ts'
import { lockCredit } from './credits.ts'
import { writeEntry } from './entries.ts'
import { creditId } from '../row-ids.ts'
import type { Sql } from './sql.ts'

/** The same row for every kind, which changes with the windows that are open. */
const allowance = creditId('wrote', '')

interface Trigger {
  user: UserNumber
  atMs: number
  nowMs: number
}

type Window = CustomerWindow & { atMs: number }

/**
 * A trigger sets the uses to the largest limit among the windows that are open then and the end to the furthest, and
 * begins a new generation. One that comes later than a younger one finds its work done: it only adds what the younger
 * one would have had on top. The caller has locked the user.
 */
export async function openWindow(sql: Sql, at: Trigger, opened: CustomerWindow): Promise<void> {
  const before = await readWindows(sql, at.user)
  const beganMs = Math.max(...before.map(({ atMs }) => atMs))
  const younger = before.some(({ kind, atMs }) => kind === opened.kind && atMs > at.atMs)
  if (younger) return
  const others = before.filter(({ kind }) => kind !== opened.kind)
  const windows = [...others, { ...opened, atMs: at.atMs }]
  const sumMs = Math.max(at.atMs, beganMs)
  const sum = sumAt(windows, sumMs)
  if (sum.endsAtMs <= at.nowMs) return
  await keepWindow(sql, at, opened)
  const held = await lockCredit(sql, at.user, allowance)
  if (at.atMs < beganMs && held) {
    const had = Math.max(0, ...openAt(before, sumMs).map(({ uses }) => uses))
    await extend(sql, at, sum, Math.max(0, sum.uses - had))
  } else {
    await renew(sql, at, sum, held)
  }
}

const openAt = (windows: Window[], ms: number) => windows.filter(({ endsAtMs }) => endsAtMs > ms)

/** The windows as one: the larger gives its kind. */
function sumAt(windows: Window[], ms: number): CustomerWindow {
  const open = openAt(windows, ms)
  const [larger = windows[0]!] = open.sort((a, b) => b.uses - a.uses || b.endsAtMs - a.endsAtMs)
  return {
    kind: larger.kind,
    uses: larger.uses,
    endsAtMs: Math.max(...open.map(({ endsAtMs }) => endsAtMs)),
    usableUntilMs: Math.max(...open.map(({ usableUntilMs }) => usableUntilMs)),
  }
}

async function readWindows(sql: Sql, user: UserNumber): Promise<Window[]> {
  const rows = await sql.all<Omit<Window, 'kind'> & { kind: number }>(
    `SELECT kind, uses, at_ms AS "atMs", usable_until_ms AS "usableUntilMs", ends_ms AS "endsAtMs"
     FROM customer_windows WHERE usr = $1`,
    user,
  )
  return rows.map(({ kind, ...row }) => ({
    ...row,
    kind: kindCode.word(kind) as CustomerWindow['kind'],
  }))
}

async function keepWindow(
  sql: Sql,
  { user, atMs }: Trigger,
  window: CustomerWindow,
): Promise<void> {
  await sql.run(
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

async function renew(
  sql: Sql,
  { user, nowMs }: Trigger,
  sum: CustomerWindow,
  before: { uses: number | null; reserved: number } | undefined,
): Promise<void> {
  const row = await sql.get<{ n: number }>(
    `INSERT INTO credits (usr, id, kind, ref, uses_left, usable_until_ms, ends_ms)
     VALUES ($1, $2, $3, '', $4, $5, $6)
     ON CONFLICT (usr, id) DO UPDATE SET kind = excluded.kind, uses_left = excluded.uses_left, reserved = 0,
       usable_until_ms = excluded.usable_until_ms, ends_ms = excluded.ends_ms,
       generation = credits.generation + 1, n = credits.n + 1
     RETURNING n`,
    user,
    allowance,
    kindCode.of(sum.kind),
    sum.uses,
    sum.usableUntilMs,
    sum.endsAtMs,
  )
  await writeEntry(sql, {
    user,
    credit: allowance,
    n: row!.n,
    change: before ? 'renewed' : 'recorded',
    uses: sum.uses - (before?.uses ?? 0),
    reserved: -(before?.reserved ?? 0),
    atMs: nowMs,
  })
}

async function extend(
  sql: Sql,
  { user, nowMs }: Trigger,
  sum: CustomerWindow,
  uses: number,
): Promise<void> {
  const row = await sql.get<{ n: number }>(
    `UPDATE credits SET kind = $1, uses_left = uses_left + $2, usable_until_ms = $3, ends_ms = $4, n = n + 1
     WHERE usr = $5 AND id = $6 RETURNING n`,
    kindCode.of(sum.kind),
    uses,
    sum.usableUntilMs,
    sum.endsAtMs,
    user,
    allowance,
  )
  const entry = { user, credit: allowance, n: row!.n, uses, reserved: 0, atMs: nowMs }
  await writeEntry(sql, { ...entry, change: 'recorded' })
}
