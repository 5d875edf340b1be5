import type { ShareNode, ShareReply } from '../../../shared/wire/index.ts'
import { cutPage, readCursor } from '../cursor.ts'
import { toNode } from '../share-rows.ts'
import type { ShareRow } from '../share-rows.ts'
import { maxDepth } from '../share-rules.ts'
import type { Page } from '../store.ts'
import { findShareNumber } from './shares.ts'
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
  const { shown, next } = cutPage(rows, page.limit, (row) => [row.depth, row.share])
  return {
    share: readNode(sql, root, 0),
    descendants: shown.map((row) => readNode(sql, row.share, row.depth)),
    ...next,
  }
}

function readNode(sql: Statements, share: number, depth: number): ShareNode {
  const row = sql<ShareRow>(
    `SELECT s.share_id AS shareId, p.share_id AS parentShareId, open_id AS openId, s.page, s.path, s.title,
            s.origin AS "from", s.started_ms AS startedMs, s.result,
            (SELECT count(*) FROM arrivals WHERE share = s.share) AS opens,
            (SELECT count(DISTINCT user) FROM arrivals WHERE share = s.share) AS openers
     FROM shares s LEFT JOIN shares p ON p.share = s.parent LEFT JOIN users ON users.user = s.user
     WHERE s.share = ?`,
  ).get(share)!
  return toNode(row, depth, listGroups(sql, share))
}

function listGroups(sql: Statements, share: number): string[] {
  return sql<{ openGId: string }>(
    'SELECT open_gid AS openGId FROM group_shares JOIN groups USING (grp) WHERE share = ? ORDER BY grp',
  )
    .all(share)
    .map(({ openGId }) => openGId)
}
