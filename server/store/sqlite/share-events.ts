/** What a phone tells about shares: started, finished, opened. Claims, never proofs. */
import type { Happened, Recorded } from '../happened.ts'
import { finished, openGIdOf, opened, refuseFinish, refuseStart } from '../share-rules.ts'
import type { EventRecordOf } from '../share-rules.ts'
import { joinGroup, linkShare } from './groups.ts'
import { findOwner, internShare, setParent, setStart, setResult } from './shares.ts'
import type { Statements } from './statements.ts'

/** The first to start, or to finish, a share owns its id. */
export function startShare(
  sql: Statements,
  at: Happened,
  record: EventRecordOf<'share.started'>,
): Recorded {
  const share = internShare(sql, at.app, record.shareId)
  const refusal = refuseStart(findOwner(sql, share), at)
  if (refusal) return refusal
  setStart(sql, share, at, record)
  if (record.parentShareId !== undefined) {
    setParent(sql, share, internShare(sql, at.app, record.parentShareId))
  }
  return { status: 'accepted' }
}

export function finishShare(
  sql: Statements,
  at: Happened,
  record: EventRecordOf<'share.finished'>,
): Recorded {
  const share = internShare(sql, at.app, record.shareId)
  const refusal = refuseFinish(findOwner(sql, share), at)
  if (refusal) return refusal
  setResult(sql, share, at.user, record.result)
  for (const group of record.groups) {
    const openGId = openGIdOf(group)
    if (openGId !== undefined) linkShare(sql, joinGroup(sql, at, openGId), share)
  }
  return finished(record)
}

export function openShare(
  sql: Statements,
  at: Happened,
  record: EventRecordOf<'share.opened'>,
): Recorded {
  const share = record.shareId === undefined ? null : internShare(sql, at.app, record.shareId)
  const openGId = openGIdOf(record.group)
  const group = openGId === undefined ? null : joinGroup(sql, at, openGId)
  if (group !== null && share !== null) linkShare(sql, group, share)
  sql(
    `INSERT INTO arrivals (user, share, grp, scene, page, at_ms, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(at.user, share, group, record.scene, record.page, at.atMs, at.nowMs)
  return opened(record)
}
