/** What a phone tells about shares: started, finished, opened. Claims, never proofs. */
import type { Fact, GroupFact } from '../store.ts'
import { groupReasons } from '../../../shared/codes.ts'
import type { GroupReason } from '../../../shared/codes.ts'
import { joinGroup, linkShare } from './groups.ts'
import type { Happened, Recorded, Told } from '../happened.ts'
import {
  findOwner,
  findShareNumber,
  internShare,
  lockShare,
  setParent,
  setResult,
  setStart,
} from './shares.ts'
import type { Sql } from './sql.ts'

type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>

/** The first to start, or to finish, a share owns its id. */
export async function startShare(
  sql: Sql,
  at: Happened,
  fact: FactOf<'share.started'>,
): Promise<Recorded> {
  const { shareId, parentShareId } = fact
  const known = await findShareNumber(sql, at.app, shareId)
  const refusal = known === undefined ? undefined : await refuseStart(sql, known, at)
  if (refusal) return refusal
  const numbers = new Map<string, number>()
  // In one order for two that tell of each other.
  for (const id of [shareId, parentShareId ?? shareId].sort()) {
    numbers.set(id, await internShare(sql, at.app, id))
  }
  const share = numbers.get(shareId)!
  const parent = parentShareId === undefined ? undefined : numbers.get(parentShareId)!
  await lockShare(sql, share, parent)
  // Another one may have started it until it was locked.
  const tooLate = await refuseStart(sql, share, at)
  if (tooLate) return tooLate
  await setStart(sql, share, at, fact)
  if (parent !== undefined) await setParent(sql, share, parent)
  return { status: 'accepted' }
}

export async function finishShare(
  sql: Sql,
  at: Happened,
  fact: FactOf<'share.finished'>,
): Promise<Recorded> {
  const share = await internShare(sql, at.app, fact.shareId)
  await lockShare(sql, share)
  if (isForeign(await findOwner(sql, share), at)) return taken
  await setResult(sql, share, at.user, fact.result)
  const openGIds = fact.groups.map((group) => ('openGId' in group ? group.openGId : null))
  // In one order for all who share into the same groups.
  for (const openGId of openGIds.filter((id) => id !== null).sort()) {
    await linkShare(sql, await joinGroup(sql, at, openGId), share)
  }
  if (fact.groups.length === 0) return { status: 'accepted' }
  return { status: 'accepted', openGIds, ...reasonOf(fact.groups) }
}

export async function openShare(
  sql: Sql,
  at: Happened,
  fact: FactOf<'share.opened'>,
): Promise<Recorded> {
  const { shareId } = fact
  const share = shareId === undefined ? null : await internShare(sql, at.app, shareId)
  const openGId = fact.group && 'openGId' in fact.group ? fact.group.openGId : undefined
  const group = openGId === undefined ? null : await joinGroup(sql, at, openGId)
  if (group !== null && share !== null) await linkShare(sql, group, share)
  await sql.run(
    `INSERT INTO arrivals (usr, share, grp, scene, page, at_ms, received_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    at.user,
    share,
    group,
    fact.scene,
    fact.page,
    at.atMs,
    at.nowMs,
  )
  if (openGId !== undefined) return { status: 'accepted', openGId }
  return { status: 'accepted', ...reasonOf(fact.group ? [fact.group] : []) }
}

async function refuseStart(sql: Sql, share: number, at: Happened): Promise<Recorded | undefined> {
  const owner = await findOwner(sql, share)
  if (isForeign(owner, at)) return taken
  return owner.startedMs === null ? undefined : { status: 'duplicate' }
}

const taken = { status: 'rejected', reason: 'share_taken' } as const

const isForeign = ({ user }: { user: number | null }, at: Happened) =>
  user !== null && user !== at.user

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
