/**
 * The users of a broadcast on engines that span several machines: recipients, groups, arrivals and
 * pushes lie elsewhere than credits, and each is asked for apart.
 */
import type { Operation, Sql, Value } from '../sql.ts'
import type { CountAudience, UserNumber } from '../store.ts'

export interface Holder {
  user: UserNumber
  /** 1: one of the credits has no limit of uses. `null`: there are none. */
  unlimited: number | null
}

/** What narrows holders down: the values `$6` to `$10` of broadcast-audience.ts. */
export interface Narrowing {
  day: number | null
  sinceMs: number | null
  group: number | null
  share: number | null
}

/** Those of the users who belong to the group, came by the share, and were active. */
export function* narrowApart(
  sql: Sql,
  holders: readonly Holder[],
  { day, sinceMs, group, share }: Narrowing,
  deliveryReport: string,
): Operation<Holder[]> {
  let left = [...holders]
  function* keep(text: string, ...values: Value[]): Operation<void> {
    const found = yield* usersIn(sql, left, text, ...values)
    left = left.filter(({ user }) => found.has(user))
  }
  if (group !== null) yield* keep('SELECT usr FROM group_members WHERE grp = $2 AND', group)
  if (share !== null) yield* keep('SELECT DISTINCT usr FROM arrivals WHERE share = $2 AND', share)
  if (day === null) return left
  const later = yield* usersIn(sql, left, 'SELECT usr FROM users WHERE day > $2 AND', day)
  const thatDay = yield* usersIn(sql, left, 'SELECT usr FROM users WHERE day = $2 AND', day)
  const events = yield* usersIn(
    sql,
    left,
    'SELECT DISTINCT usr FROM events WHERE received_ms >= $2 AND',
    sinceMs,
  )
  const pushes = yield* usersIn(
    sql,
    left,
    'SELECT DISTINCT usr FROM pushes WHERE received_ms >= $2 AND type <> $3 AND',
    sinceMs,
    deliveryReport,
  )
  return left.filter(
    ({ user }) => later.has(user) || (thatDay.has(user) && events.has(user)) || pushes.has(user),
  )
}

/** @param text up to the condition on `usr`; its values begin with `$2` */
function* usersIn(
  sql: Sql,
  holders: readonly Holder[],
  text: string,
  ...values: Value[]
): Operation<Set<UserNumber>> {
  if (holders.length === 0) return new Set()
  const users = holders.map(({ user }) => user)
  const rows = yield* sql.all<{ usr: UserNumber }>(
    `${text} usr ${sql.dialect.anyOf('$1', 'bigint')}`,
    users,
    ...values,
  )
  return new Set(rows.map(({ usr }) => usr))
}

export interface Refusable extends Holder {
  reason: 'user_limit' | 'no_credit' | 'user_unknown' | null
}

/** Why each of them would be refused, in the order of the ledger. */
export function* refuseApart(
  sql: Sql,
  holders: readonly Holder[],
  perDay: CountAudience['perDay'],
): Operation<Refusable[]> {
  const known = yield* usersIn(sql, holders, 'SELECT usr FROM users WHERE open_id IS NOT NULL AND')
  const over = perDay
    ? yield* usersIn(
        sql,
        holders,
        'SELECT usr FROM user_days WHERE day = $2 AND count >= $3 AND',
        perDay.day,
        perDay.most,
      )
    : new Set<UserNumber>()
  return holders.map((one) => ({
    ...one,
    reason: !known.has(one.user)
      ? 'user_unknown'
      : over.has(one.user)
        ? 'user_limit'
        : one.unlimited === null
          ? 'no_credit'
          : null,
  }))
}
