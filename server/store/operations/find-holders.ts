/**
 * Pages of the users who hold usable credits. Credits lie in the order of their users, and those of
 * one template have an index in that order: a page looks at the users of the next `searched`
 * credits, however few of these can be used.
 */
import { creditKinds } from '../../../shared/codes.ts'
import { listPages } from '../../rules/requests.ts'
import { kinds } from '../../rules/credits.ts'
import { kindCode, kindMask } from '../rows.ts'
import type { Operation, Sql, Value } from '../sql.ts'
import type { Holder, HolderPage, UserNumber } from '../store.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { findApp } from './users.ts'

/** A phone below WeChat 6.5.2 never shows a template message (seeds/001 Bug & Tip). */
const neverShown = kindMask(creditKinds.filter((kind) => kinds[kind].channel === 'template'))

/** SQL: of the credit `c` a use is free at `$3`, and its message would be shown. */
export const isUsable = `uses_left IS DISTINCT FROM 0
  AND (usable_until_ms > $3 OR usable_until_ms IS NULL)
  AND NOT (c.below_minimum AND (${neverShown} & (1 << kind)) <> 0)`

/** @param source which credits the page looks at */
const textsOf = (source: string, template: (n: number) => string) => ({
  end: `SELECT usr AS "user" FROM credits WHERE usr < $1${source}${template(2)}
    ORDER BY usr DESC LIMIT 1 OFFSET ${listPages.searched - 1}`,
  // One look at `users` for each holder, whatever a planner expects: a join read ranges of them.
  page: `SELECT * FROM (
      SELECT c.usr AS "user", sum(uses_left) AS uses,
        (SELECT open_id FROM users WHERE users.usr = c.usr AND app = $4) AS "openId",
        count(*) - count(uses_left) AS unlimited, max(ends_ms) AS "endsAtMs"
      FROM credits AS c
      WHERE c.usr < $1 AND c.usr >= $2${source}${template(7)} AND ${isUsable}
        AND (CAST($5 AS int) IS NULL OR kind = $5)
      GROUP BY c.usr) AS holders
    WHERE "openId" IS NOT NULL ORDER BY "user" DESC LIMIT $6`,
})

const ofAll = textsOf('', () => '')
const ofTemplate = textsOf(` AND kind = ${kindCode.of('subscription')}`, (n) => ` AND ref = $${n}`)

interface HolderRow {
  user: UserNumber
  openId: string
  uses: number | null
  unlimited: number
  endsAtMs: number | null
}

export function* findHolders(
  sql: Sql,
  { appId, page }: { appId: string; page: HolderPage },
): Operation<{ users: Holder[]; cursor?: string }> {
  const app = yield* findApp(sql, appId)
  if (app === undefined) return { users: [] }
  const { templateId, kind, limit, nowMs } = page
  const texts = templateId === undefined ? ofAll : ofTemplate
  const template: Value[] = templateId === undefined ? [] : [templateId]
  const [before] = readCursor(page.cursor, [Number.MAX_SAFE_INTEGER])
  const end = yield* sql.get<{ user: UserNumber }>(texts.end, before, ...template)
  const rows = yield* sql.all<HolderRow>(
    texts.page,
    before,
    end?.user ?? 0,
    nowMs,
    app,
    kind === undefined ? null : kindCode.of(kind),
    limit + 1,
    ...template,
  )
  const { onPage, next } = cutPage(rows, limit, ({ user }) => [user])
  const users = onPage.map(({ openId, uses, unlimited, endsAtMs }) => ({
    openId,
    uses: unlimited > 0 ? null : uses,
    endsAtMs,
  }))
  const cursor = next.cursor ?? (end && writeCursor([end.user]))
  return { users, ...(cursor !== undefined && { cursor }) }
}
