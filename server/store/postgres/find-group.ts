import type { GroupArrival, GroupMember, GroupReply } from '../../../shared/wire.ts'
import type { Page } from '../store.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import type { Sql } from './sql.ts'

/** Everybody in a group of WeChat's largest size, and a bound for what is not one. */
const membersShown = 500

const iso = (ms: number) => new Date(ms).toISOString()

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
  const rows = await sql.all<{ openId: string; firstSeenMs: number }>(
    `SELECT open_id AS "openId", first_seen_ms AS "firstSeenMs" FROM group_members JOIN users USING (usr)
     WHERE grp = $1 AND open_id IS NOT NULL ORDER BY first_seen_ms, usr LIMIT ${membersShown}`,
    group,
  )
  return rows.map(({ openId, firstSeenMs }) => ({ openId, firstSeenAt: iso(firstSeenMs) }))
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
  const rows = await sql.all<{
    arrival: number
    openId: string
    shareId: string | null
    scene: number
    atMs: number
  }>(
    `SELECT arrival, open_id AS "openId", share_id AS "shareId", scene, at_ms AS "atMs"
     FROM arrivals JOIN users USING (usr) LEFT JOIN shares USING (share)
     WHERE arrivals.grp = $1 AND (at_ms, arrival) < ($2::bigint, $3::bigint) AND open_id IS NOT NULL
     ORDER BY at_ms DESC, arrival DESC LIMIT $4`,
    group,
    beforeMs,
    before,
    limit + 1,
  )
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return {
    arrivals: shown.map(({ openId, shareId, scene, atMs }) => ({
      openId,
      ...(shareId !== null && { shareId }),
      scene,
      at: iso(atMs),
    })),
    ...(last && { cursor: writeCursor(last.atMs, last.arrival) }),
  }
}
