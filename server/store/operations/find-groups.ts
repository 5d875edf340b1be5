/** Pages of groups, and of the arrivals of one. */
import type {
  GroupArrival,
  GroupMember,
  GroupReply,
  GroupsReply,
  GroupSummary,
} from '../../../shared/wire/index.ts'
import { listPages, sharePages } from '../../rules/requests.ts'
import { iso } from '../../runtime/world.ts'
import type { Page } from '../event-store.ts'
import type { Operation, Sql } from '../sql.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'

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
  const rows = yield* sql.all<MemberRow>(
    `SELECT open_id AS "openId", first_seen_ms AS "firstSeenMs", arrivals, last_ms AS "lastMs"
     FROM group_members AS m JOIN users USING (usr)
       LEFT JOIN (SELECT usr, count(*) AS arrivals, max(at_ms) AS last_ms
                  FROM (SELECT usr, at_ms FROM arrivals WHERE grp = $1
                        ORDER BY at_ms DESC LIMIT ${listPages.searched}) AS near
                  GROUP BY usr) AS few USING (usr)
     WHERE m.grp = $1 AND open_id IS NOT NULL ORDER BY first_seen_ms, usr
     LIMIT ${sharePages.maxMembers}`,
    group,
  )
  return rows.map(({ openId, firstSeenMs, arrivals, lastMs }) => ({
    openId,
    firstSeenAt: iso(firstSeenMs),
    arrivals: arrivals ?? 0,
    ...(lastMs !== null && { lastArrivalAt: iso(lastMs) }),
  }))
}

function* listShareIds(sql: Sql, group: number): Operation<string[]> {
  const rows = yield* sql.all<{ shareId: string }>(
    `SELECT share_id AS "shareId" FROM group_shares JOIN shares USING (share)
     WHERE grp = $1 ORDER BY share`,
    group,
  )
  return rows.map(({ shareId }) => shareId)
}

interface MemberRow {
  openId: string
  firstSeenMs: number
  arrivals: number | null
  lastMs: number | null
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
