/** The rows of shares and groups: their numbers, their locks, the trees of shares. */
import { sharePages } from '../../rules/requests.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import type { UserNumber } from '../store.ts'
import { noteChange } from './changes.ts'
import type { WatchedApp } from './users.ts'

const { maxDepth } = sharePages

/** Whose event it is, when it occurred, and when it was recorded. */
export interface Occurrence extends WatchedApp {
  user: UserNumber
  atMs: number
  nowMs: number
}

export interface ShareOwner {
  user: UserNumber | null
  startedMs: number | null
}

/**
 * The share's number. Inserts an empty row if only an arrival or a child names the share so far.
 */
export function* internShare(sql: Sql, app: number, shareId: string): Operation<number> {
  const known = yield* findShareRow(sql, app, shareId)
  if (known) return known.share
  const added = yield* sql.get<{ share: number }>(
    `INSERT INTO shares (app, share_id) VALUES ($1, $2)
     ON CONFLICT DO NOTHING RETURNING share`,
    app,
    shareId,
  )
  return (added ?? (yield* findShareRow(sql, app, shareId)))!.share
}

export function* findGroupNumber(
  sql: Sql,
  app: number,
  openGId: string,
): Operation<number | undefined> {
  const row = yield* sql.get<{ grp: number }>(
    'SELECT grp FROM groups WHERE app = $1 AND open_gid = $2',
    app,
    openGId,
  )
  return row?.grp
}

export const findShareRow = (
  sql: Sql,
  app: number,
  shareId: string,
): Step<(ShareOwner & { share: number }) | undefined> =>
  sql.get(
    `SELECT share, usr AS "user", started_ms AS "startedMs" FROM shares
     WHERE app = $1 AND share_id = $2`,
    app,
    shareId,
  )

export function* readOwner(sql: Sql, share: number): Operation<ShareOwner> {
  const row = yield* sql.get<ShareOwner>(
    'SELECT usr AS "user", started_ms AS "startedMs" FROM shares WHERE share = $1',
    share,
  )
  return row!
}

/**
 * Locks a share for this transaction, and the root of the tree that it is about to join, as long as
 * that root may get a parent itself. A share gets a parent when it starts, and never later.
 */
export function* lockShare(sql: Sql, share: number, parent?: number): Operation<void> {
  if (parent === undefined) return yield* lockShares(sql, [share])
  for (let root = yield* findOpenRoot(sql, parent); ;) {
    yield* lockShares(sql, root === undefined ? [share] : [share, root])
    const current = yield* findOpenRoot(sql, parent)
    if (current === undefined || current === root) return
    // Meanwhile the root got a parent.
    root = current
  }
}

/**
 * In the order of their numbers: two shares that are to be parents of each other do not deadlock.
 */
export function* lockShares(sql: Sql, shares: readonly number[]): Operation<void> {
  const { anyOf, forUpdate } = sql.dialect
  yield* sql.run(
    `SELECT 1 FROM shares WHERE share ${anyOf('$1', 'bigint')} ORDER BY share ${forUpdate}`,
    shares,
  )
}

/**
 * Sets the parent of a share, once. Leaves a share without one if the parent is its descendant, or
 * too deep: such a claim is false, or the chain would not end. `lockShare` locks both, so that two
 * claims which exclude each other are not accepted at once.
 */
export function* setParent(sql: Sql, share: number, parent: number): Operation<void> {
  const chain = yield* listChain(sql, parent)
  if (chain.includes(share) || chain.length + (yield* heightBelow(sql, share)) > maxDepth) return
  const text = 'UPDATE shares SET parent = $2 WHERE share = $1 AND parent IS NULL'
  yield* sql.run(text, share, parent)
}

/** The root of a share's tree, unless it was started: its parent can be set no more then. */
export function* findOpenRoot(sql: Sql, share: number): Operation<number | undefined> {
  const root = (yield* listChain(sql, share)).at(-1)!
  return (yield* readOwner(sql, root)).startedMs === null ? root : undefined
}

/** The share and its ancestors, upwards. */
function* listChain(sql: Sql, share: number): Operation<number[]> {
  const rows = yield* sql.all<{ share: number }>(
    `WITH RECURSIVE chain (share, height) AS (
       SELECT CAST($1 AS bigint), 0 UNION ALL
       SELECT parent, height + 1 FROM shares JOIN chain USING (share)
       WHERE parent IS NOT NULL AND height <= ${maxDepth})
     SELECT share FROM chain ORDER BY height`,
    share,
  )
  return rows.map((row) => row.share)
}

/** 0 for a share without children. */
function* heightBelow(sql: Sql, share: number): Operation<number> {
  const row = yield* sql.get<{ height: number }>(
    `WITH RECURSIVE tree (share, depth) AS (
       SELECT CAST($1 AS bigint), 0 UNION ALL
       SELECT shares.share, depth + 1 FROM shares JOIN tree ON shares.parent = tree.share
       WHERE depth <= ${maxDepth})
     SELECT max(depth) AS height FROM tree`,
    share,
  )
  return row!.height
}

/** Records that the user was seen in the group: they shared into it or arrived from it. */
export function* joinGroup(
  sql: Sql,
  { app, watched, user, atMs, nowMs }: Occurrence,
  openGId: string,
): Operation<number> {
  const group = yield* internGroup(sql, app, openGId, atMs)
  if (watched > 0 && !(yield* isMember(sql, group, user))) {
    const about = { app, watched, user, atMs: nowMs }
    yield* noteChange(sql, { ...about, type: 'group.joined', detail: { openGId } })
  }
  yield* sql.run(
    `INSERT INTO group_members (grp, usr, first_seen_ms) VALUES ($1, $2, $3)
     ON CONFLICT (grp, usr) DO UPDATE SET first_seen_ms = excluded.first_seen_ms
     WHERE excluded.first_seen_ms < group_members.first_seen_ms`,
    group,
    user,
    atMs,
  )
  return group
}

function* isMember(sql: Sql, group: number, user: UserNumber): Operation<boolean> {
  const text = 'SELECT 1 FROM group_members WHERE grp = $1 AND usr = $2'
  return (yield* sql.get(text, group, user)) !== undefined
}

/**
 * The group's number. Its earliest time counts, since events come late and out of order. Reads
 * before it writes: else all who arrive in a large group would wait for the lock of its row.
 */
export function* internGroup(
  sql: Sql,
  app: number,
  openGId: string,
  atMs: number,
): Operation<number> {
  const known = yield* sql.get<{ grp: number; firstSeenMs: number }>(
    'SELECT grp, first_seen_ms AS "firstSeenMs" FROM groups WHERE app = $1 AND open_gid = $2',
    app,
    openGId,
  )
  if (known && known.firstSeenMs <= atMs) return known.grp
  const group = yield* sql.get<{ grp: number }>(
    `INSERT INTO groups AS known (app, open_gid, first_seen_ms) VALUES ($1, $2, $3)
     ON CONFLICT (app, open_gid) DO UPDATE SET first_seen_ms =
       CASE WHEN excluded.first_seen_ms < known.first_seen_ms
         THEN excluded.first_seen_ms ELSE known.first_seen_ms END
     RETURNING grp`,
    app,
    openGId,
    atMs,
  )
  return group!.grp
}

export function* linkShare(sql: Sql, group: number, share: number): Operation<void> {
  yield* sql.run(
    'INSERT INTO group_shares (grp, share) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    group,
    share,
  )
}
