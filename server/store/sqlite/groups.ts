import type { Happened } from '../happened.ts'
import type { Statements } from './statements.ts'

/** Notes that the user was seen in the group, by sharing into it or by arriving there. */
export function joinGroup(sql: Statements, { app, user, atMs }: Happened, openGId: string): number {
  const group = internGroup(sql, app, openGId, atMs)
  sql(
    `INSERT INTO group_members (grp, user, first_seen_ms) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET first_seen_ms = excluded.first_seen_ms WHERE excluded.first_seen_ms < first_seen_ms`,
  ).run(group, user, atMs)
  return group
}

/** Events come late and out of order: the earliest counts. */
function internGroup(sql: Statements, app: number, openGId: string, atMs: number): number {
  return sql<{ grp: number }>(
    `INSERT INTO groups (app, open_gid, first_seen_ms) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET first_seen_ms = min(first_seen_ms, excluded.first_seen_ms) RETURNING grp`,
  ).get(app, openGId, atMs)!.grp
}

export function linkShare(sql: Statements, group: number, share: number): void {
  sql('INSERT INTO group_shares (grp, share) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
    group,
    share,
  )
}
