/** Pages of shares, and of the trees under them. */
import type { ShareNode, ShareReply, SharesReply } from '../../../shared/wire/index.ts'
import { listPages, sharePages } from '../../rules/requests.ts'
import { iso } from '../../runtime/world.ts'
import type { Page } from '../event-store.ts'
import type { UserNumber } from '../ids.ts'
import { withoutNulls } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import { addOpenIds, openIdOf } from './open-ids.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { findGroupNumber, findShareRow } from './shares.ts'
import { findApp, findUser } from './users.ts'

interface TreePage {
  appId: string
  shareId: string
  page: Page & { depth: number }
}

interface Position {
  share: number
  depth: number
}

/** The share, and a page of the tree below it, breadth first. */
export function* findShare(
  sql: Sql,
  { appId, shareId, page }: TreePage,
): Operation<ShareReply | undefined> {
  const app = yield* findApp(sql, appId)
  const root = app === undefined ? undefined : (yield* findShareRow(sql, app, shareId))?.share
  if (root === undefined) return undefined
  const [depth, share] = readCursor(page.cursor, [0, root])
  const [inside, outside] = sql.dialect.ordersRecursion
    ? ['ORDER BY 2, 1', '']
    : ['', 'ORDER BY depth, share']
  const rows = yield* sql.all<Position>(
    `WITH RECURSIVE tree (share, depth) AS (
       SELECT CAST($1 AS bigint), 0 UNION ALL
       SELECT shares.share, depth + 1 FROM shares JOIN tree ON shares.parent = tree.share
       WHERE depth < $2 ${inside})
     SELECT share, depth FROM tree WHERE (depth, share) > (CAST($3 AS bigint), CAST($4 AS bigint))
     ${outside} LIMIT $5`,
    root,
    Math.min(page.depth, sharePages.maxDepth),
    depth,
    share,
    page.limit + 1,
  )
  const { onPage, next } = cutPage(rows, page.limit, (row) => [row.depth, row.share])
  const [top, ...descendants] = yield* readNodes(sql, [{ share: root, depth: 0 }, ...onPage])
  return { share: top!, descendants, ...next }
}

interface ShareRow {
  user: UserNumber | null
  share: number
  shareId: string
  parentShareId: string | null
  openId: string | null
  page: string | null
  path: string | null
  title: string | null
  from: NonNullable<ShareNode['from']> | null
  startedMs: number | null
  result: NonNullable<ShareNode['result']> | null
  opens: number
  openers: number
}

export function* readNodes(sql: Sql, positions: readonly Position[]): Operation<ShareNode[]> {
  const shares = positions.map(({ share }) => share)
  const found = yield* sql.all<ShareRow>(
    `SELECT s.share, s.usr AS "user", s.share_id AS "shareId", p.share_id AS "parentShareId",
            ${openIdOf(sql, 's.usr')} AS "openId", s.page, s.path, s.title, s.origin AS "from",
            s.started_ms AS "startedMs", s.result,
            (SELECT count(*) FROM arrivals WHERE share = s.share) AS opens,
            (SELECT count(DISTINCT usr) FROM arrivals WHERE share = s.share) AS openers
     FROM shares s LEFT JOIN shares p ON p.share = s.parent
     WHERE s.share ${sql.dialect.anyOf('$1', 'bigint')}`,
    shares,
  )
  const rows = yield* addOpenIds(sql, found)
  const byShare = new Map(rows.map((row) => [row.share, row]))
  const groups = yield* listGroups(sql, shares)
  return positions.map(({ share, depth }) =>
    toNode(byShare.get(share)!, depth, groups.get(share) ?? []),
  )
}

function toNode(row: ShareRow, depth: number, openGIds: string[]): ShareNode {
  const { share: _, user: _user, startedMs, shareId, opens, openers, ...optional } = row
  return {
    shareId,
    depth,
    ...withoutNulls(optional),
    ...(startedMs !== null && { startedAt: iso(startedMs) }),
    opens,
    openers,
    openGIds,
  }
}

function* listGroups(sql: Sql, shares: number[]): Operation<Map<number, string[]>> {
  const rows = yield* sql.all<{ share: number; openGId: string }>(
    `SELECT share, open_gid AS "openGId" FROM group_shares JOIN groups USING (grp)
     WHERE share ${sql.dialect.anyOf('$1', 'bigint')} ORDER BY grp`,
    shares,
  )
  const groups = new Map<number, string[]>()
  for (const { share, openGId } of rows) {
    const known = groups.get(share)
    if (known) known.push(openGId)
    else groups.set(share, [openGId])
  }
  return groups
}

interface SharesPage extends Page {
  openId?: string
  openGId?: string
}

/** The last ones before `$1`, with the number of the user, of the group or of the app in `$2`. */
const sources = {
  user: 'SELECT share, app FROM shares WHERE share < $1 AND usr = $2 ORDER BY share DESC',
  group: `SELECT share, (SELECT app FROM shares AS s WHERE s.share = g.share) AS app
    FROM group_shares AS g WHERE share < $1 AND grp = $2 ORDER BY share DESC`,
  // Shares of other apps are passed over: an index by app would cost each share.
  app: 'SELECT share, app FROM shares WHERE share < $1 ORDER BY share DESC',
} as const

export function* findShares(
  sql: Sql,
  { appId, page }: { appId: string; page: SharesPage },
): Operation<SharesReply> {
  const app = yield* findApp(sql, appId)
  const of = app === undefined ? undefined : yield* sourceOf(sql, appId, app, page)
  if (!of) return { shares: [] }
  const [before] = readCursor(page.cursor, [Number.MAX_SAFE_INTEGER])
  const source = sources[of.source]
  const values = of.source === 'app' ? [before] : [before, of.number]
  const n = values.length
  const rows = yield* sql.all<{ share: number }>(
    `SELECT share FROM (${source} LIMIT ${listPages.searched}) AS near
     WHERE app = $${n + 1} AND (CAST($${n + 2} AS bigint) IS NULL OR EXISTS (
       SELECT 1 FROM group_shares AS g WHERE g.grp = $${n + 2} AND g.share = near.share))
     ORDER BY share DESC LIMIT $${n + 3}`,
    ...values,
    app!,
    of.group,
    page.limit + 1,
  )
  const { onPage, next } = cutPage(rows, page.limit, ({ share }) => [share])
  const shares = yield* readNodes(
    sql,
    onPage.map(({ share }) => ({ share, depth: 0 })),
  )
  if (next.cursor !== undefined) return { shares, ...next }
  const last = yield* sql.get<{ share: number }>(
    `${source} LIMIT 1 OFFSET ${listPages.searched - 1}`,
    ...values,
  )
  return { shares, ...(last && { cursor: writeCursor([last.share]) }) }
}

interface Source {
  source: keyof typeof sources
  number: number
  group: number | null
}

/** `undefined`: the user or the group is not known. */
function* sourceOf(
  sql: Sql,
  appId: string,
  app: number,
  { openId, openGId }: SharesPage,
): Operation<Source | undefined> {
  const group = openGId === undefined ? null : yield* findGroupNumber(sql, app, openGId)
  const user = openId === undefined ? null : yield* findUser(sql, appId, openId)
  if (group === undefined || user === undefined) return undefined
  if (user !== null) return { source: 'user', number: user, group }
  if (group !== null) return { source: 'group', number: group, group: null }
  return { source: 'app', number: app, group }
}
