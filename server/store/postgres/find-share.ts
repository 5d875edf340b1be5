import type { ShareNode, ShareReply } from '../../../shared/wire/index.ts'
import { cutPage, readCursor } from '../cursor.ts'
import { toNode } from '../share-rows.ts'
import type { ShareRow } from '../share-rows.ts'
import { maxDepth } from '../share-rules.ts'
import type { Page } from '../store.ts'
import { findShareNumber } from './shares.ts'
import type { Sql } from './sql.ts'
import { findApp } from './users.ts'

interface Place {
  share: number
  depth: number
}

/** The share and, by pages, the tree under it: breadth first. */
export async function findShare(
  sql: Sql,
  { appId, shareId, page }: { appId: string; shareId: string; page: Page & { depth: number } },
): Promise<ShareReply | undefined> {
  const app = await findApp(sql, appId)
  const root = app === undefined ? undefined : await findShareNumber(sql, app, shareId)
  if (root === undefined) return undefined
  const [depth, share] = readCursor(page.cursor) ?? [0, root]
  const rows = await sql.all<Place>(
    `WITH RECURSIVE tree (share, depth) AS (
       SELECT $1::bigint, 0 UNION ALL
       SELECT shares.share, depth + 1 FROM shares JOIN tree ON shares.parent = tree.share WHERE depth < $2)
     SELECT share, depth FROM tree WHERE (depth, share) > ($3::bigint, $4::bigint)
     ORDER BY depth, share LIMIT $5`,
    root,
    Math.min(page.depth, maxDepth),
    depth,
    share,
    page.limit + 1,
  )
  const { shown, next } = cutPage(rows, page.limit, (row) => [row.depth, row.share])
  const [top, ...descendants] = await readNodes(sql, [{ share: root, depth: 0 }, ...shown])
  return {
    share: top!,
    descendants,
    ...next,
  }
}

type Row = ShareRow & { share: number }

async function readNodes(sql: Sql, places: readonly Place[]): Promise<ShareNode[]> {
  const shares = places.map(({ share }) => share)
  const rows = await sql.all<Row>(
    `SELECT s.share, s.share_id AS "shareId", p.share_id AS "parentShareId", open_id AS "openId", s.page, s.path,
            s.title, s.origin AS "from", s.started_ms AS "startedMs", s.result,
            (SELECT count(*) FROM arrivals WHERE share = s.share) AS opens,
            (SELECT count(DISTINCT usr) FROM arrivals WHERE share = s.share) AS openers
     FROM shares s LEFT JOIN shares p ON p.share = s.parent LEFT JOIN users u ON u.usr = s.usr
     WHERE s.share = ANY ($1::bigint[])`,
    shares,
  )
  const byShare = new Map(rows.map((row) => [row.share, row]))
  const groups = await listGroups(sql, shares)
  return places.map(({ share, depth }) => {
    const { share: _, ...row } = byShare.get(share)!
    return toNode(row, depth, groups.get(share) ?? [])
  })
}

async function listGroups(sql: Sql, shares: number[]): Promise<Map<number, string[]>> {
  const rows = await sql.all<{ share: number; openGId: string }>(
    `SELECT share, open_gid AS "openGId" FROM group_shares JOIN groups USING (grp)
     WHERE share = ANY ($1::bigint[]) ORDER BY grp`,
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
