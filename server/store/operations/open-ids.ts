/** OpenIds of rows that lie elsewhere than `users`, on engines that span several machines. */
import type { Operation, Sql } from '../sql.ts'
import type { UserNumber } from '../store.ts'

/**
 * SQL: the openId of the user. `NULL` where `addOpenIds` asks for it apart.
 *
 * @param usr the column with the user's number
 */
export const openIdOf = ({ dialect }: Pick<Sql, 'dialect'>, usr: string): string =>
  dialect.spansMachines ? 'NULL' : `(SELECT open_id FROM users WHERE users.usr = ${usr})`

/** Rows with their openIds: `openIdOf` has left them out where the engine spans machines. */
export function* addOpenIds<Row extends { user: UserNumber | null; openId: string | null }>(
  sql: Sql,
  rows: Row[],
): Operation<Row[]> {
  if (!sql.dialect.spansMachines || rows.length === 0) return rows
  const users = rows.flatMap(({ user }) => user ?? [])
  const found = yield* sql.all<{ user: UserNumber; openId: string }>(
    `SELECT usr AS "user", open_id AS "openId" FROM users
     WHERE usr ${sql.dialect.anyOf('$1', 'bigint')} AND open_id IS NOT NULL`,
    users,
  )
  const openIds = new Map(found.map(({ user, openId }) => [user, openId]))
  return rows.map((row) => ({
    ...row,
    openId: (row.user === null ? undefined : openIds.get(row.user)) ?? null,
  }))
}
