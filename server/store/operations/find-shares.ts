/** Pages of groups and of the trees of shares. */
import type {
  GroupArrival,
  GroupMember,
  GroupReply,
  GroupsReply,
  GroupSummary,
  ShareNode,
  ShareReply,
} from '../../../shared/wire/index.ts'
import { listPages, sharePages } from '../../rules/requests.ts'
import { iso } from '../../runtime/world.ts'
import type { Page } from '../event-store.ts'
import { withoutNulls } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { findShareRow } from './shares.ts'
import { findApp } from './users.ts'

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
  const rows = yield* sql.all<ShareRow>(
    `SELECT s.share, s.share_id AS "shareId", p.share_id AS "parentShareId", open_id AS "openId",
            s.page, s.path, s.title, s.origin AS "from", s.started_ms AS "startedMs", s.result,
            (SELECT count(*) FROM arrivals WHERE share = s.share) AS opens,
            (SELECT count(DISTINCT usr) FROM arrivals WHERE share = s.share) AS openers
     FROM shares s LEFT JOIN shares p ON p.share = s.parent LEFT JOIN users u ON u.usr = s.usr
     WHERE s.share ${sql.dialect.anyOf('$1', 'bigint')}`,
    shares,
  )
  const byShare = new Map(rows.map((row) => [row.share, row]))
  const groups = yield* listGroups(sql, shares)
  return positions.map(({ share, depth }) =>
    toNode(byShare.get(share)!, depth, groups.get(share) ?? []),
  )
}

function toNode(row: ShareRow, depth: number, openGIds: string[]): ShareNode {
  const { share: _, startedMs, shareId, opens, openers, ...optional } = row
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

/** Groups without members are passed over: see `findGroup`. There are few. */
export function* findGroups(
  sql: Sql,
  { appId, page }: { appId: string; page: Page },
): Operation<GroupsReply> {
  const [before] = readCursor(page.cursor, [Number.MAX_SAFE_INTEGER])
  const values = [appId, before] as const
  const searched = `SELECT grp, open_gid, first_seen_ms FROM groups
    WHERE app = (SELECT app FROM apps WHERE app_id = $1) AND grp < $2 ORDER BY grp DESC`
  const rows = yield* sql.all<GroupSummary & { grp: number; firstSeenMs: number }>(
    `SELECT grp, open_gid AS "openGId", first_seen_ms AS "firstSeenMs",
       (SELECT count(*) FROM (
          SELECT 1 FROM group_members AS m WHERE m.grp = near.grp
          LIMIT ${sharePages.maxMembers}) AS few) AS "memberCount"
     FROM (${searched} LIMIT ${listPages.searched}) AS near
     WHERE EXISTS (SELECT 1 FROM group_members AS m WHERE m.grp = near.grp)
     ORDER BY grp DESC LIMIT $3`,
    ...values,
    page.limit + 1,
  )
  const { onPage, next } = cutPage(rows, page.limit, ({ grp }) => [grp])
  const groups = onPage.map(({ openGId, firstSeenMs, memberCount }) => ({
    openGId,
    firstSeenAt: iso(firstSeenMs),
    memberCount,
  }))
  if (next.cursor !== undefined) return { groups, ...next }
  const last = yield* sql.get<{ grp: number }>(
    `${searched} LIMIT 1 OFFSET ${listPages.searched - 1}`,
    ...values,
  )
  return { groups, ...(last && { cursor: writeCursor([last.grp]) }) }
}

export function* findGroup(
  sql: Sql,
  { appId, openGId, page }: { appId: string; openGId: string; page: Page },
): Operation<GroupReply | undefined> {
  const group = yield* sql.get<{ grp: number; firstSeenMs: number; memberCount: number }>(
    `SELECT grp, first_seen_ms AS "firstSeenMs",
            (SELECT count(*) FROM group_members AS m WHERE m.grp = groups.grp) AS "memberCount"
     FROM groups JOIN apps USING (app) WHERE app_id = $1 AND open_gid = $2`,
    appId,
    openGId,
  )
  // A group without members is an empty row of `lockSharesOf`.
  if (!group?.memberCount) return undefined
  return {
    openGId,
    firstSeenAt: iso(group.firstSeenMs),
    memberCount: group.memberCount,
    members: yield* listMembers(sql, group.grp),
    shareIds: yield* listShareIds(sql, group.grp),
    ...(yield* listArrivals(sql, group.grp, page)),
  }
}

function* listMembers(sql: Sql, group: number): Operation<GroupMember[]> {
  const rows = yield* sql.all<{ openId: string; firstSeenMs: number }>(
    `SELECT open_id AS "openId", first_seen_ms AS "firstSeenMs"
     FROM group_members JOIN users USING (usr)
     WHERE grp = $1 AND open_id IS NOT NULL ORDER BY first_seen_ms, usr
     LIMIT ${sharePages.maxMembers}`,
    group,
  )
  return rows.map(({ openId, firstSeenMs }) => ({ openId, firstSeenAt: iso(firstSeenMs) }))
}

function* listShareIds(sql: Sql, group: number): Operation<string[]> {
  const rows = yield* sql.all<{ shareId: string }>(
    `SELECT share_id AS "shareId" FROM group_shares JOIN shares USING (share)
     WHERE grp = $1 ORDER BY share`,
    group,
  )
  return rows.map(({ shareId }) => shareId)
}

interface ArrivalRow {
  arrival: number
  openId: string
  shareId: string | null
  scene: number
  atMs: number
}

/** Newest first. */
function* listArrivals(
  sql: Sql,
  group: number,
  { limit, cursor }: Page,
): Operation<{ arrivals: GroupArrival[]; cursor?: string }> {
  const [beforeMs, before] = readCursor(cursor, [Number.MAX_SAFE_INTEGER, 0])
  const rows = yield* sql.all<ArrivalRow>(
    `SELECT arrival, open_id AS "openId", share_id AS "shareId", scene, at_ms AS "atMs"
     FROM arrivals JOIN users USING (usr) LEFT JOIN shares USING (share)
     WHERE arrivals.grp = $1 AND (at_ms, arrival) < (CAST($2 AS bigint), CAST($3 AS bigint))
       AND open_id IS NOT NULL
     ORDER BY at_ms DESC, arrival DESC LIMIT $4`,
    group,
    beforeMs,
    before,
    limit + 1,
  )
  const { onPage, next } = cutPage(rows, limit, (row) => [row.atMs, row.arrival])
  const arrivals = onPage.map(({ openId, shareId, scene, atMs }) => ({
    openId,
    ...(shareId !== null && { shareId }),
    scene,
    at: iso(atMs),
  }))
  return { arrivals, ...next }
}
