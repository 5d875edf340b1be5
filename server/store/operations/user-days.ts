/** How many messages a user was sent on a day. The caller says which day it is. */
import type { MessageReason } from '../../../shared/wire/index.ts'
import type { Sql } from '../sql.ts'
import type { SendLimit, UserNumber } from '../store.ts'

/**
 * Why nothing may be sent to the user now; `undefined`: it may. No other transaction can change the
 * count until this one ends.
 */
export async function limitReached(
  sql: Sql,
  user: UserNumber,
  limit: SendLimit = {},
): Promise<MessageReason | undefined> {
  if (limit.closed) return limit.closed
  if (!limit.perDay) return undefined
  const { day, most, ifOver } = limit.perDay
  const row = await sql.get<{ count: number }>(
    `SELECT count FROM user_days WHERE usr = $1 AND day = $2 ${sql.dialect.forUpdate}`,
    user,
    day,
  )
  return (row?.count ?? 0) >= most ? ifOver : undefined
}

export async function countDay(sql: Sql, user: UserNumber, day: number): Promise<void> {
  await sql.run(
    `INSERT INTO user_days (usr, day, count) VALUES ($1, $2, 1)
     ON CONFLICT (usr) DO UPDATE SET day = excluded.day,
       count = CASE user_days.day WHEN excluded.day THEN user_days.count ELSE 0 END + 1`,
    user,
    day,
  )
}

/** A message that was refused does not count. */
export async function uncountDay(sql: Sql, user: UserNumber, day: number): Promise<void> {
  await sql.run(
    'UPDATE user_days SET count = count - 1 WHERE usr = $1 AND day = $2 AND count > 0',
    user,
    day,
  )
}
