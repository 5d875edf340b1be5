/** The words (tags) that phones put on credits. */
import type { Operation, Sql } from '../sql.ts'
import type { CreditId, UserNumber } from '../store.ts'

/** Between the tags of one text. No text of a phone needs it. */
export const tagSeparator = '\u001f'

export const splitTags = (tags: string | null): string[] => tags?.split(tagSeparator) ?? []

/** Puts the word on a credit that exists, once. */
export function* tagCredit(
  sql: Sql,
  user: UserNumber,
  credit: CreditId,
  tag: string,
): Operation<void> {
  const added = yield* sql.run(
    'INSERT INTO credit_tags (usr, credit, tag) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    user,
    credit,
    tag,
  )
  if (added === 0) return
  yield* sql.run(
    `UPDATE credits SET tags = coalesce(tags || '${tagSeparator}', '') || $3
     WHERE usr = $1 AND id = $2`,
    user,
    credit,
    tag,
  )
}

export function* forgetTags(sql: Sql, user: UserNumber, credit: CreditId): Operation<void> {
  const text = 'DELETE FROM credit_tags WHERE usr = $1 AND credit = $2'
  if ((yield* sql.run(text, user, credit)) === 0) return
  yield* sql.run('UPDATE credits SET tags = NULL WHERE usr = $1 AND id = $2', user, credit)
}
