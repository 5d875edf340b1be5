import type { Happened } from '../happened.ts'
import type { Sql } from './sql.ts'

/** Notes that the user was seen in the group, by sharing into it or by arriving there. */
export async function joinGroup(
  sql: Sql,
  { app, user, atMs }: Happened,
  openGId: string,
): Promise<number> {
  const group = await internGroup(sql, app, openGId, atMs)
  await sql.run(
    `INSERT INTO group_members (grp, usr, first_seen_ms) VALUES ($1, $2, $3)
     ON CONFLICT (grp, usr) DO UPDATE SET first_seen_ms = excluded.first_seen_ms
     WHERE excluded.first_seen_ms < group_members.first_seen_ms`,
    group,
    user,
    atMs,
  )
  return group
}

/**
 * Events come late and out of order: the earliest counts. Looks before it writes, because everybody who arrives in a
 * large group would wait for its row.
 */
export async function internGroup(
  sql: Sql,
  app: number,
  openGId: string,
  atMs: number,
): Promise<number> {
  const known = await sql.get<{ grp: number; firstSeenMs: number }>(
    'SELECT grp, first_seen_ms AS "firstSeenMs" FROM groups WHERE app = $1 AND open_gid = $2',
    app,
    openGId,
  )
  if (known && known.firstSeenMs <= atMs) return known.grp
  const group = await sql.get<{ grp: number }>(
    `INSERT INTO groups (app, open_gid, first_seen_ms) VALUES ($1, $2, $3)
     ON CONFLICT (app, open_gid) DO UPDATE
       SET first_seen_ms = least(groups.first_seen_ms, excluded.first_seen_ms) RETURNING grp`,
    app,
    openGId,
    atMs,
  )
  return group!.grp
}

export async function linkShare(sql: Sql, group: number, share: number): Promise<void> {
  await sql.run(
    'INSERT INTO group_shares (grp, share) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    group,
    share,
  )
}
