import { maxDepth } from '../share-rules.ts'
import type { EventRecordOf, ShareOwner } from '../share-rules.ts'
import type { UserNumber } from '../store.ts'
import type { Sql } from './sql.ts'

/** The share's number; a placeholder when only an arrival or a child told of it so far. */
export async function internShare(sql: Sql, app: number, shareId: string): Promise<number> {
  const known = await findShareNumber(sql, app, shareId)
  if (known !== undefined) return known
  await sql.run(
    'INSERT INTO shares (app, share_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    app,
    shareId,
  )
  return (await findShareNumber(sql, app, shareId))!
}

export async function findShareNumber(
  sql: Sql,
  app: number,
  shareId: string,
): Promise<number | undefined> {
  const row = await sql.get<{ share: number }>(
    'SELECT share FROM shares WHERE app = $1 AND share_id = $2',
    app,
    shareId,
  )
  return row?.share
}

export async function findOwner(sql: Sql, share: number) {
  const row = await sql.get<ShareOwner>(
    'SELECT usr AS "user", started_ms AS "startedMs" FROM shares WHERE share = $1',
    share,
  )
  return row!
}

export async function setStart(
  sql: Sql,
  share: number,
  { user, atMs }: { user: UserNumber; atMs: number },
  record: EventRecordOf<'share.started'>,
): Promise<void> {
  await sql.run(
    `UPDATE shares SET usr = $2, started_ms = $3, page = $4, path = $5, title = $6, origin = $7
     WHERE share = $1`,
    share,
    user,
    atMs,
    record.page,
    record.path ?? null,
    record.title ?? null,
    record.from ?? null,
  )
}

export async function setResult(
  sql: Sql,
  share: number,
  user: UserNumber,
  result: string,
): Promise<void> {
  await sql.run('UPDATE shares SET usr = $2, result = $3 WHERE share = $1', share, user, result)
}

/**
 * Locks a share for this transaction, and the root of the tree under which it shall hang as long as that root may be
 * hung itself: a parent is told at the start of a share, and never later.
 */
export async function lockShare(sql: Sql, share: number, parent?: number): Promise<void> {
  for (let root = await findLooseRoot(sql, parent); ;) {
    await lockRows(sql, root === undefined ? [share] : [share, root])
    const now = await findLooseRoot(sql, parent)
    if (now === undefined || now === root) return
    // Meanwhile the root was hung under a further one.
    root = now
  }
}

/** In the order of their numbers, so that two that hang under each other wait and do not block each other. */
export async function lockRows(sql: Sql, shares: readonly number[]): Promise<void> {
  await sql.run(
    'SELECT 1 FROM shares WHERE share = ANY ($1::bigint[]) ORDER BY share FOR UPDATE',
    shares,
  )
}

/**
 * Hangs a share under its parent, once. A parent that is a descendant of the share, or too deep, is a claim that cannot
 * be true or would never end: the share is kept without it. Both are locked by `lockShare`, so that two claims that
 * are true one by one are not made at once.
 */
export async function setParent(sql: Sql, share: number, parent: number): Promise<void> {
  const above = await chainAbove(sql, parent)
  if (above.includes(share) || above.length + (await heightBelow(sql, share)) > maxDepth) return
  const text = 'UPDATE shares SET parent = $2 WHERE share = $1 AND parent IS NULL'
  await sql.run(text, share, parent)
}

/** The root above a share, where it has not been started. */
export async function findLooseRoot(sql: Sql, share?: number): Promise<number | undefined> {
  if (share === undefined) return undefined
  const root = (await chainAbove(sql, share)).at(-1)!
  return (await findOwner(sql, root)).startedMs === null ? root : undefined
}

/** The share itself and its ancestors, upwards: a root has a chain of one. */
async function chainAbove(sql: Sql, share: number): Promise<number[]> {
  const rows = await sql.all<{ share: number }>(
    `WITH RECURSIVE chain (share, height) AS (
       SELECT $1::bigint, 0 UNION ALL
       SELECT parent, height + 1 FROM shares JOIN chain USING (share)
       WHERE parent IS NOT NULL AND height <= ${maxDepth})
     SELECT share FROM chain ORDER BY height`,
    share,
  )
  return rows.map((row) => row.share)
}

/** 0 for a share without children. */
async function heightBelow(sql: Sql, share: number): Promise<number> {
  const row = await sql.get<{ height: number }>(
    `WITH RECURSIVE tree (share, depth) AS (
       SELECT $1::bigint, 0 UNION ALL
       SELECT shares.share, depth + 1 FROM shares JOIN tree ON shares.parent = tree.share WHERE depth <= ${maxDepth})
     SELECT max(depth) AS height FROM tree`,
    share,
  )
  return row!.height
}
