import type { GroupArrival, GroupMember, GroupReply } from '../../../shared/wire.ts'
import type { Page } from '../store.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import type { Statements } from './statements.ts'

/** Everybody in a group of WeChat's largest size, and a bound for what is not one. */
const membersShown = 500

const iso = (ms: number) => new Date(ms).toISOString()

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
  return sql<{ openId: string; firstSeenMs: number }>(
    `SELECT open_id AS openId, first_seen_ms AS firstSeenMs FROM group_members JOIN users USING (user)
     WHERE grp = ? AND open_id IS NOT NULL ORDER BY first_seen_ms, user LIMIT ${membersShown}`,
  )
    .all(group)
    .map(({ openId, firstSeenMs }) => ({ openId, firstSeenAt: iso(firstSeenMs) }))
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
  const rows = sql<{
    arrival: number
    openId: string
    shareId: string | null
    scene: number
    atMs: number
  }>(
    `SELECT arrival, open_id AS openId, share_id AS shareId, scene, at_ms AS atMs
     FROM arrivals JOIN users USING (user) LEFT JOIN shares USING (share)
     WHERE arrivals.grp = ? AND (at_ms, arrival) < (?, ?) AND open_id IS NOT NULL
     ORDER BY at_ms DESC, arrival DESC LIMIT ?`,
  ).all(group, beforeMs, before, limit + 1)
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
