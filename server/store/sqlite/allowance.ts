/** What customer service may still send to one user: one row, whose uses a trigger renews and never adds to. */
import type { CustomerWindow, UserNumber } from '../store.ts'
import { kindCode } from '../row-codes.ts'
import { writeEntry } from './entries.ts'
import { creditId } from '../row-ids.ts'
import type { Statements } from './statements.ts'

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
 * one would have had on top.
 */
export function openWindow(sql: Statements, at: Trigger, opened: CustomerWindow): void {
  const before = readWindows(sql, at.user)
  const beganMs = Math.max(...before.map(({ atMs }) => atMs))
  const younger = before.some(({ kind, atMs }) => kind === opened.kind && atMs > at.atMs)
  if (younger) return
  const others = before.filter(({ kind }) => kind !== opened.kind)
  const windows = [...others, { ...opened, atMs: at.atMs }]
  const sumMs = Math.max(at.atMs, beganMs)
  const sum = sumAt(windows, sumMs)
  if (sum.endsAtMs <= at.nowMs) return
  keepWindow(sql, at, opened)
  if (at.atMs < beganMs && hasAllowance(sql, at.user)) {
    const had = Math.max(0, ...openAt(before, sumMs).map(({ uses }) => uses))
    extend(sql, at, sum, Math.max(0, sum.uses - had))
  } else {
    renew(sql, at, sum)
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

function readWindows(sql: Statements, user: UserNumber): Window[] {
  return sql<Omit<Window, 'kind'> & { kind: number }>(
    `SELECT kind, uses, at_ms AS atMs, usable_until_ms AS usableUntilMs, ends_ms AS endsAtMs
     FROM customer_windows WHERE user = ?`,
  )
    .all(user)
    .map(({ kind, ...row }) => ({ ...row, kind: kindCode.word(kind) as CustomerWindow['kind'] }))
}

function keepWindow(sql: Statements, { user, atMs }: Trigger, window: CustomerWindow): void {
  sql(
    `INSERT OR REPLACE INTO customer_windows (user, kind, uses, at_ms, usable_until_ms, ends_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(user, kindCode.of(window.kind), window.uses, atMs, window.usableUntilMs, window.endsAtMs)
}

const hasAllowance = (sql: Statements, user: UserNumber) =>
  sql('SELECT 1 FROM credits WHERE user = ? AND id = ?').get(user, allowance) !== undefined

function renew(sql: Statements, { user, nowMs }: Trigger, sum: CustomerWindow): void {
  const before = sql<{ uses: number; reserved: number }>(
    'SELECT uses_left AS uses, reserved FROM credits WHERE user = ? AND id = ?',
  ).get(user, allowance)
  const { n } = sql<{ n: number }>(
    `INSERT INTO credits (user, id, kind, ref, uses_left, usable_until_ms, ends_ms) VALUES (?, ?, ?, '', ?, ?, ?)
     ON CONFLICT DO UPDATE SET kind = excluded.kind, uses_left = excluded.uses_left, reserved = 0,
       usable_until_ms = excluded.usable_until_ms, ends_ms = excluded.ends_ms,
       generation = generation + 1, n = n + 1
     RETURNING n`,
  ).get(user, allowance, kindCode.of(sum.kind), sum.uses, sum.usableUntilMs, sum.endsAtMs)!
  writeEntry(sql, {
    user,
    credit: allowance,
    n,
    change: before ? 'renewed' : 'recorded',
    uses: sum.uses - (before?.uses ?? 0),
    reserved: -(before?.reserved ?? 0),
    atMs: nowMs,
  })
}

function extend(
  sql: Statements,
  { user, nowMs }: Trigger,
  sum: CustomerWindow,
  uses: number,
): void {
  const { n } = sql<{ n: number }>(
    `UPDATE credits SET kind = ?, uses_left = uses_left + ?, usable_until_ms = ?, ends_ms = ?, n = n + 1
     WHERE user = ? AND id = ? RETURNING n`,
  ).get(kindCode.of(sum.kind), uses, sum.usableUntilMs, sum.endsAtMs, user, allowance)!
  const change = 'recorded'
  writeEntry(sql, { user, credit: allowance, n, change, uses, reserved: 0, atMs: nowMs })
}
