import type { GroupArrival, GroupMember, GroupReply } from '../../../shared/wire/index.ts'
import { cutPage, readCursor } from '../cursor.ts'
import { iso, membersShown, toArrival, toMember } from '../share-rows.ts'
import type { ArrivalRow, MemberRow } from '../share-rows.ts'
import type { Page } from '../store.ts'
import type { Sql } from './sql.ts'

export async function findGroup(
  sql: Sql,
  { appId, openGId, page }: { appId: string; openGId: string; page: Page },
): Promise<GroupReply | undefined> {
  const group = await sql.get<{ grp: number; firstSeenMs: number; memberCount: number }>(
    `SELECT grp, first_seen_ms AS "firstSeenMs",
            (SELECT count(*) FROM group_members WHERE group_members.grp = groups.grp) AS "memberCount"
     FROM groups JOIN apps USING (app) WHERE app_id = $1 AND open_gid = $2`,
    appId,
    openGId,
  )
  // One that nobody was seen in is a place without a group: see lockShares.
  if (!group?.memberCount) return undefined
  return {
    openGId,
    firstSeenAt: iso(group.firstSeenMs),
    memberCount: group.memberCount,
    members: await listMembers(sql, group.grp),
    shareIds: await listShareIds(sql, group.grp),
    ...(await listArrivals(sql, group.grp, page)),
  }
}

async function listMembers(sql: Sql, group: number): Promise<GroupMember[]> {
  const rows = await sql.all<MemberRow>(
    `SELECT open_id AS "openId", first_seen_ms AS "firstSeenMs" FROM group_members JOIN users USING (usr)
     WHERE grp = $1 AND open_id IS NOT NULL ORDER BY first_seen_ms, usr LIMIT ${membersShown}`,
    group,
  )
  return rows.map(toMember)
}

async function listShareIds(sql: Sql, group: number): Promise<string[]> {
  const rows = await sql.all<{ shareId: string }>(
    `SELECT share_id AS "shareId" FROM group_shares JOIN shares USING (share) WHERE grp = $1 ORDER BY share`,
    group,
  )
  return rows.map(({ shareId }) => shareId)
}

/** Newest first. */
async function listArrivals(
  sql: Sql,
  group: number,
  { limit, cursor }: Page,
): Promise<{ arrivals: GroupArrival[]; cursor?: string }> {
  const [beforeMs, before] = readCursor(cursor) ?? [Number.MAX_SAFE_INTEGER, 0]
  const rows = await sql.all<ArrivalRow>(
    `SELECT arrival, open_id AS "openId", share_id AS "shareId", scene, at_ms AS "atMs"
     FROM arrivals JOIN users USING (usr) LEFT JOIN shares USING (share)
     WHERE arrivals.grp = $1 AND (at_ms, arrival) < ($2::bigint, $3::bigint) AND open_id IS NOT NULL
     ORDER BY at_ms DESC, arrival DESC LIMIT $4`,
    group,
    beforeMs,
    before,
    limit + 1,
  )
  const { shown, next } = cutPage(rows, limit, (row) => [row.atMs, row.arrival])
  return { arrivals: shown.map(toArrival), ...next }
}
