import { allowance, renewal, toWindow, trigger } from '../customer-windows.ts'
import type { StoredWindow, Trigger, WindowRow } from '../customer-windows.ts'
import { kindCode } from '../row-codes.ts'
import type { CustomerWindow, UserNumber } from '../store.ts'
import { lockCredit } from './credits.ts'
import { writeEntry } from './entries.ts'
import type { Sql } from './sql.ts'

/** The caller has locked the user. */
export async function openWindow(sql: Sql, at: Trigger, opened: CustomerWindow): Promise<void> {
  const triggered = trigger(await readWindows(sql, at.user), at, opened)
  if (!triggered) return
  const { sum, late } = triggered
  await keepWindow(sql, at, opened)
  const held = await lockCredit(sql, at.user, allowance)
  if (late && held) {
    await extend(sql, at, sum, late.uses)
  } else {
    await renew(sql, at, sum, held)
  }
}

async function readWindows(sql: Sql, user: UserNumber): Promise<StoredWindow[]> {
  const rows = await sql.all<WindowRow>(
    `SELECT kind, uses, at_ms AS "atMs", usable_until_ms AS "usableUntilMs", ends_ms AS "endsAtMs"
     FROM customer_windows WHERE usr = $1`,
    user,
  )
  return rows.map(toWindow)
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
    ...renewal(sum, before),
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
