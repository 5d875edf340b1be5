/** How many messages a user was sent on a day; the day is the caller's. */
import type { MessageReason } from '../../../shared/wire/index.ts'
import type { SendLimit, UserNumber } from '../store.ts'
import type { Sql } from './sql.ts'

/** Why nothing may go out to the user now; `undefined`: it may. The count stays as it is until the transaction ends. */
export async function limitReached(
  sql: Sql,
  user: UserNumber,
  limit: SendLimit = {},
): Promise<MessageReason | undefined> {
  if (limit.closed) return limit.closed
  if (!limit.perDay) return undefined
  const { day, most, ifOver } = limit.perDay
  const row = await sql.get<{ count: number }>(
    'SELECT count FROM user_days WHERE usr = $1 AND day = $2 FOR UPDATE',
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

/** What was refused does not count towards the user's day. */
export async function uncountDay(sql: Sql, user: UserNumber, day: number): Promise<void> {
  await sql.run(
    'UPDATE user_days SET count = count - 1 WHERE usr = $1 AND day = $2 AND count > 0',
    user,
    day,
  )
}
