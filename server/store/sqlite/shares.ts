import { maxDepth } from '../share-rules.ts'
import type { EventRecordOf, ShareOwner } from '../share-rules.ts'
import type { UserNumber } from '../store.ts'
import type { Statements } from './statements.ts'

/** The share's number; a placeholder when only an arrival or a child told of it so far. */
export function internShare(sql: Statements, app: number, shareId: string): number {
  const known = findShareNumber(sql, app, shareId)
  if (known !== undefined) return known
  return sql<{ share: number }>(
    'INSERT INTO shares (app, share_id) VALUES (?, ?) RETURNING share',
  ).get(app, shareId)!.share
}

export function findShareNumber(sql: Statements, app: number, shareId: string): number | undefined {
  return sql<{ share: number }>('SELECT share FROM shares WHERE app = ? AND share_id = ?').get(
    app,
    shareId,
  )?.share
}

export function findOwner(sql: Statements, share: number) {
  return sql<ShareOwner>('SELECT user, started_ms AS startedMs FROM shares WHERE share = ?').get(
    share,
  )!
}

export function setStart(
  sql: Statements,
  share: number,
  { user, atMs }: { user: UserNumber; atMs: number },
  record: EventRecordOf<'share.started'>,
): void {
  sql(
    'UPDATE shares SET user = ?, started_ms = ?, page = ?, path = ?, title = ?, origin = ? WHERE share = ?',
  ).run(
    user,
    atMs,
    record.page,
    record.path ?? null,
    record.title ?? null,
    record.from ?? null,
    share,
  )
}

export function setResult(sql: Statements, share: number, user: UserNumber, result: string): void {
  sql('UPDATE shares SET user = ?, result = ? WHERE share = ?').run(user, result, share)
}

/**
 * Hangs a share under its parent, once. A parent that is a descendant of the share, or too deep, is a claim that cannot
 * be true or would never end: the share is kept without it.
 */
export function setParent(sql: Statements, share: number, parent: number): void {
  const above = chainAbove(sql, parent)
  if (above.includes(share) || above.length + heightBelow(sql, share) > maxDepth) return
  sql('UPDATE shares SET parent = ? WHERE share = ? AND parent IS NULL').run(parent, share)
}

/** The share itself and its ancestors: a root has a chain of one. */
function chainAbove(sql: Statements, share: number): number[] {
  return sql<{ share: number }>(
    `WITH RECURSIVE chain (share) AS (
       VALUES (?) UNION ALL
       SELECT parent FROM shares JOIN chain USING (share) WHERE parent IS NOT NULL LIMIT ${maxDepth + 2})
     SELECT share FROM chain`,
  )
    .all(share)
    .map((row) => row.share)
}

/** 0 for a share without children. */
function heightBelow(sql: Statements, share: number): number {
  return sql<{ height: number }>(
    `WITH RECURSIVE tree (share, depth) AS (
       VALUES (?, 0) UNION ALL
       SELECT shares.share, depth + 1 FROM shares JOIN tree ON shares.parent = tree.share WHERE depth <= ${maxDepth})
     SELECT max(depth) AS height FROM tree`,
  ).get(share)!.height
}
