/** What a phone tells about shares: started, finished, opened. Claims, never proofs. */
import type { Fact, GroupFact } from '../store.ts'
import { groupReasons } from '../../../shared/codes.ts'
import type { GroupReason } from '../../../shared/codes.ts'
import { joinGroup, linkShare } from './groups.ts'
import type { Happened, Recorded, Told } from '../happened.ts'
import { findOwner, internShare, setParent, setStart, setResult } from './shares.ts'
import type { Statements } from './statements.ts'

type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>

/** The first to start, or to finish, a share owns its id. */
export function startShare(sql: Statements, at: Happened, fact: FactOf<'share.started'>): Recorded {
  const share = internShare(sql, at.app, fact.shareId)
  const owner = findOwner(sql, share)
  if (owner.user !== null && owner.user !== at.user) {
    return { status: 'rejected', reason: 'share_taken' }
  }
  if (owner.startedMs !== null) return { status: 'duplicate' }
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
  const owner = findOwner(sql, share)
  if (owner.user !== null && owner.user !== at.user) {
    return { status: 'rejected', reason: 'share_taken' }
  }
  setResult(sql, share, at.user, fact.result)
  for (const group of fact.groups) {
    if (!('openGId' in group)) continue
    linkShare(sql, joinGroup(sql, at, group.openGId), share)
  }
  if (fact.groups.length === 0) return { status: 'accepted' }
  const openGIds = fact.groups.map((group) => ('openGId' in group ? group.openGId : null))
  return { status: 'accepted', openGIds, ...reasonOf(fact.groups) }
}

export function openShare(sql: Statements, at: Happened, fact: FactOf<'share.opened'>): Recorded {
  const share = fact.shareId === undefined ? null : internShare(sql, at.app, fact.shareId)
  const openGId = fact.group && 'openGId' in fact.group ? fact.group.openGId : undefined
  const group = openGId === undefined ? null : joinGroup(sql, at, openGId)
  if (group !== null && share !== null) linkShare(sql, group, share)
  sql(
    `INSERT INTO arrivals (user, share, grp, scene, page, at_ms, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(at.user, share, group, fact.scene, fact.page, at.atMs, at.nowMs)
  if (openGId !== undefined) return { status: 'accepted', openGId }
  return { status: 'accepted', ...reasonOf(fact.group ? [fact.group] : []) }
}

const serverReasons: ReadonlySet<string> = new Set(groupReasons)

/** Only what the server found out is told to the phone; its own words it knows. */
function reasonOf(groups: readonly GroupFact[]): Told {
  for (const group of groups) {
    if ('unavailable' in group && serverReasons.has(group.unavailable)) {
      return { reason: group.unavailable as GroupReason }
    }
  }
  return {}
}
