import { allowance, renewal, toWindow, trigger } from '../customer-windows.ts'
import type { StoredWindow, Trigger, WindowRow } from '../customer-windows.ts'
import { kindCode } from '../row-codes.ts'
import type { CustomerWindow, UserNumber } from '../store.ts'
import { writeEntry } from './entries.ts'
import type { Statements } from './statements.ts'

export function openWindow(sql: Statements, at: Trigger, opened: CustomerWindow): void {
  const triggered = trigger(readWindows(sql, at.user), at, opened)
  if (!triggered) return
  const { sum, late } = triggered
  keepWindow(sql, at, opened)
  if (late && hasAllowance(sql, at.user)) {
    extend(sql, at, sum, late.uses)
  } else {
    renew(sql, at, sum)
  }
}

function readWindows(sql: Statements, user: UserNumber): StoredWindow[] {
  return sql<WindowRow>(
    `SELECT kind, uses, at_ms AS atMs, usable_until_ms AS usableUntilMs, ends_ms AS endsAtMs
     FROM customer_windows WHERE user = ?`,
  )
    .all(user)
    .map(toWindow)
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
    ...renewal(sum, before),
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
