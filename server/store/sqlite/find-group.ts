import type { GroupArrival, GroupMember, GroupReply } from '../../../shared/wire/index.ts'
import { cutPage, readCursor } from '../cursor.ts'
import { iso, membersShown, toArrival, toMember } from '../share-rows.ts'
import type { ArrivalRow, MemberRow } from '../share-rows.ts'
import type { Page } from '../store.ts'
import type { Statements } from './statements.ts'

export function findGroup(
  sql: Statements,
  { appId, openGId, page }: { appId: string; openGId: string; page: Page },
): GroupReply | undefined {
  const group = sql<{ grp: number; firstSeenMs: number }>(
    `SELECT grp, first_seen_ms AS firstSeenMs FROM groups
     WHERE app = (SELECT app FROM apps WHERE app_id = ?) AND open_gid = ?`,
  ).get(appId, openGId)
  if (!group) return undefined
  return {
    openGId,
    firstSeenAt: iso(group.firstSeenMs),
    memberCount: countMembers(sql, group.grp),
    members: listMembers(sql, group.grp),
    shareIds: listShareIds(sql, group.grp),
    ...listArrivals(sql, group.grp, page),
  }
}

function countMembers(sql: Statements, group: number): number {
  return sql<{ count: number }>('SELECT count(*) AS count FROM group_members WHERE grp = ?').get(
    group,
  )!.count
}

function listMembers(sql: Statements, group: number): GroupMember[] {
  return sql<MemberRow>(
    `SELECT open_id AS openId, first_seen_ms AS firstSeenMs FROM group_members JOIN users USING (user)
     WHERE grp = ? AND open_id IS NOT NULL ORDER BY first_seen_ms, user LIMIT ${membersShown}`,
  )
    .all(group)
    .map(toMember)
}

function listShareIds(sql: Statements, group: number): string[] {
  return sql<{ shareId: string }>(
    `SELECT share_id AS shareId FROM group_shares JOIN shares USING (share) WHERE grp = ? ORDER BY share`,
  )
    .all(group)
    .map(({ shareId }) => shareId)
}

/** Newest first. */
function listArrivals(
  sql: Statements,
  group: number,
  { limit, cursor }: Page,
): { arrivals: GroupArrival[]; cursor?: string } {
  const [beforeMs, before] = readCursor(cursor) ?? [Number.MAX_SAFE_INTEGER, 0]
  const rows = sql<ArrivalRow>(
    `SELECT arrival, open_id AS openId, share_id AS shareId, scene, at_ms AS atMs
     FROM arrivals JOIN users USING (user) LEFT JOIN shares USING (share)
     WHERE arrivals.grp = ? AND (at_ms, arrival) < (?, ?) AND open_id IS NOT NULL
     ORDER BY at_ms DESC, arrival DESC LIMIT ?`,
  ).all(group, beforeMs, before, limit + 1)
  const { shown, next } = cutPage(rows, limit, (row) => [row.atMs, row.arrival])
  return { arrivals: shown.map(toArrival), ...next }
}
