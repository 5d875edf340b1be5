/** What a phone tells about shares: started, finished, opened. Claims, never proofs. */
import type { Happened, Recorded } from '../happened.ts'
import { finished, openGIdOf, opened, refuseFinish, refuseStart } from '../share-rules.ts'
import type { FactOf } from '../share-rules.ts'
import { joinGroup, linkShare } from './groups.ts'
import { findOwner, internShare, setParent, setStart, setResult } from './shares.ts'
import type { Statements } from './statements.ts'

/** The first to start, or to finish, a share owns its id. */
export function startShare(sql: Statements, at: Happened, fact: FactOf<'share.started'>): Recorded {
  const share = internShare(sql, at.app, fact.shareId)
  const refusal = refuseStart(findOwner(sql, share), at)
  if (refusal) return refusal
  setStart(sql, share, at, fact)
  if (fact.parentShareId !== undefined) {
    setParent(sql, share, internShare(sql, at.app, fact.parentShareId))
  }
  return { status: 'accepted' }
}

export function finishShare(
  sql: Statements,
  at: Happened,
  fact: FactOf<'share.finished'>,
): Recorded {
  const share = internShare(sql, at.app, fact.shareId)
  const refusal = refuseFinish(findOwner(sql, share), at)
  if (refusal) return refusal
  setResult(sql, share, at.user, fact.result)
  for (const group of fact.groups) {
    const openGId = openGIdOf(group)
    if (openGId !== undefined) linkShare(sql, joinGroup(sql, at, openGId), share)
  }
  return finished(fact)
}

export function openShare(sql: Statements, at: Happened, fact: FactOf<'share.opened'>): Recorded {
  const share = fact.shareId === undefined ? null : internShare(sql, at.app, fact.shareId)
  const openGId = openGIdOf(fact.group)
  const group = openGId === undefined ? null : joinGroup(sql, at, openGId)
  if (group !== null && share !== null) linkShare(sql, group, share)
  sql(
    `INSERT INTO arrivals (user, share, grp, scene, page, at_ms, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(at.user, share, group, fact.scene, fact.page, at.atMs, at.nowMs)
  return opened(fact)
}
