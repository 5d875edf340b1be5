/** How many messages a user was sent on a day; the day is the caller's. */
import type { MessageReason } from '../../../shared/wire/index.ts'
import type { SendLimit, UserNumber } from '../store.ts'
import type { Statements } from './statements.ts'

/** Why nothing may go out to the user now; `undefined`: it may. */
export function limitReached(
  sql: Statements,
  user: UserNumber,
  limit: SendLimit = {},
): MessageReason | undefined {
  if (limit.closed) return limit.closed
  if (!limit.perDay) return undefined
  const { day, most, ifOver } = limit.perDay
  const row = sql<{ count: number }>('SELECT count FROM user_days WHERE user = ? AND day = ?').get(
    user,
    day,
  )
  return (row?.count ?? 0) >= most ? ifOver : undefined
}

export function countDay(sql: Statements, user: UserNumber, day: number): void {
  sql(
    `INSERT INTO user_days (user, day, count) VALUES (?, ?, 1)
     ON CONFLICT DO UPDATE SET count = CASE day WHEN excluded.day THEN count ELSE 0 END + 1, day = excluded.day`,
  ).run(user, day)
}
