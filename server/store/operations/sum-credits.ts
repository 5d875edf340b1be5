/** Sums of usable credits, one step after the other, so that each of them is brief. */
import { summaryRules } from '../../rules/requests.ts'
import { day, hour } from '../../rules/time.ts'
import { kindCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { CreditSum, CreditSums, EndingUses } from '../store.ts'
import { isUsable } from './find-holders.ts'

/** All credits of a user are in one step, so that users can be counted. */
const usable = `credits AS c JOIN users AS u ON u.usr = c.usr JOIN apps USING (app)
  WHERE c.usr < $1 AND c.usr >= $2 AND u.usr < $1 AND u.usr >= $2 AND ${isUsable}`

const group = `app_id AS "appId", kind,
  CASE WHEN kind = ${kindCode.of('subscription')} THEN ref END AS "templateId"`

const endingWithin = (ms: number) =>
  `coalesce(sum(CASE WHEN ends_ms <= CAST($3 AS bigint) + ${ms} THEN uses_left END), 0)`

const sums = `SELECT ${group}, count(DISTINCT c.usr) AS users,
    coalesce(sum(uses_left), 0) AS uses, count(*) - count(uses_left) AS unlimited,
    ${endingWithin(hour)} AS hour, ${endingWithin(day)} AS day, ${endingWithin(7 * day)} AS week
  FROM ${usable} GROUP BY 1, 2, 3`

const ending = `SELECT ${group}, ends_ms / ${hour} AS hour, sum(uses_left) AS uses
  FROM ${usable} AND ends_ms IS NOT NULL GROUP BY 1, 2, 3, 4`

type Stored<Row> = Omit<Row, 'kind' | 'templateId'> & { kind: number; templateId: string | null }

/** @param input `before`: `next` of the step before; absent: the first step */
export function* sumCredits(
  sql: Sql,
  { nowMs, before = Number.MAX_SAFE_INTEGER }: { nowMs: number; before?: number | undefined },
): Operation<CreditSums> {
  const end = yield* sql.get<{ user: number }>(
    `SELECT usr AS "user" FROM credits WHERE usr < $1
     ORDER BY usr DESC LIMIT 1 OFFSET ${summaryRules.creditsPerStep - 1}`,
    before,
  )
  const range = [before, end?.user ?? 0, nowMs] as const
  return {
    sums: (yield* sql.all<Stored<CreditSum>>(sums, ...range)).map(withWords),
    ending: (yield* sql.all<Stored<EndingUses>>(ending, ...range)).map(withWords),
    ...(end && { next: end.user }),
  }
}

const withWords = <Row extends { kind: number; templateId: string | null }>({
  kind,
  templateId,
  ...row
}: Row) => ({
  ...row,
  kind: kindCode.word(kind),
  ...(templateId !== null && { templateId }),
})
