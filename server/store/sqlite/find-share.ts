import type { ShareNode, ShareReply } from '../../../shared/wire.ts'
import type { Page } from '../store.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { findShareNumber, maxDepth } from './shares.ts'
import type { Statements } from './statements.ts'
import { findApp } from './users.ts'

/** The share and, by pages, the tree under it: breadth first. */
export function findShare(
  sql: Statements,
  { appId, shareId, page }: { appId: string; shareId: string; page: Page & { depth: number } },
): ShareReply | undefined {
  const app = findApp(sql, appId)
  const root = app === undefined ? undefined : findShareNumber(sql, app, shareId)
  if (root === undefined) return undefined
  const [depth, share] = readCursor(page.cursor) ?? [0, root]
  const rows = sql<{ share: number; depth: number }>(
    `WITH RECURSIVE tree (share, depth) AS (
       VALUES (?1, 0) UNION ALL
       SELECT shares.share, depth + 1 FROM shares JOIN tree ON shares.parent = tree.share WHERE depth < ?2
       ORDER BY 2, 1)
     SELECT share, depth FROM tree WHERE (depth, share) > (?3, ?4) LIMIT ?5`,
  ).all(root, Math.min(page.depth, maxDepth), depth, share, page.limit + 1)
  const shown = rows.slice(0, page.limit)
  const last = rows.length > page.limit ? shown.at(-1) : undefined
  return {
    share: readNode(sql, root, 0),
    descendants: shown.map((row) => readNode(sql, row.share, row.depth)),
    ...(last && { cursor: writeCursor(last.depth, last.share) }),
  }
}

interface Row {
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

function readNode(sql: Statements, share: number, depth: number): ShareNode {
  const { startedMs, shareId, opens, openers, ...optional } = sql<Row>(
    `SELECT s.share_id AS shareId, p.share_id AS parentShareId, open_id AS openId, s.page, s.path, s.title,
            s.origin AS "from", s.started_ms AS startedMs, s.result,
            (SELECT count(*) FROM arrivals WHERE share = s.share) AS opens,
            (SELECT count(DISTINCT user) FROM arrivals WHERE share = s.share) AS openers
     FROM shares s LEFT JOIN shares p ON p.share = s.parent LEFT JOIN users ON users.user = s.user
     WHERE s.share = ?`,
  ).get(share)!
  return {
    shareId,
    depth,
    ...withoutNulls(optional),
    ...(startedMs !== null && { startedAt: new Date(startedMs).toISOString() }),
    opens,
    openers,
    openGIds: listGroups(sql, share),
  }
}

type WithoutNulls<Given> = { [Name in keyof Given]?: NonNullable<Given[Name]> }

function withoutNulls<Given extends object>(row: Given): WithoutNulls<Given> {
  const given = Object.entries(row).filter(([, value]) => value !== null)
  return Object.fromEntries(given) as WithoutNulls<Given>
}

function listGroups(sql: Statements, share: number): string[] {
  return sql<{ openGId: string }>(
    'SELECT open_gid AS openGId FROM group_shares JOIN groups USING (grp) WHERE share = ? ORDER BY grp',
  )
    .all(share)
    .map(({ openGId }) => openGId)
}
