/** What a phone tells about shares: started, finished, opened. Claims, never proofs. */
import type { Happened, Recorded } from '../happened.ts'
import { finished, openGIdOf, opened, refuseFinish, refuseStart } from '../share-rules.ts'
import type { EventRecordOf } from '../share-rules.ts'
import { joinGroup, linkShare } from './groups.ts'
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

/** The first to start, or to finish, a share owns its id. */
export async function startShare(
  sql: Sql,
  at: Happened,
  record: EventRecordOf<'share.started'>,
): Promise<Recorded> {
  const { shareId, parentShareId } = record
  const known = await findShareNumber(sql, at.app, shareId)
  const refusal = known === undefined ? undefined : refuseStart(await findOwner(sql, known), at)
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
  const tooLate = refuseStart(await findOwner(sql, share), at)
  if (tooLate) return tooLate
  await setStart(sql, share, at, record)
  if (parent !== undefined) await setParent(sql, share, parent)
  return { status: 'accepted' }
}

export async function finishShare(
  sql: Sql,
  at: Happened,
  record: EventRecordOf<'share.finished'>,
): Promise<Recorded> {
  const share = await internShare(sql, at.app, record.shareId)
  await lockShare(sql, share)
  const refusal = refuseFinish(await findOwner(sql, share), at)
  if (refusal) return refusal
  await setResult(sql, share, at.user, record.result)
  const openGIds = record.groups.map(openGIdOf).filter((id) => id !== undefined)
  // In one order for all who share into the same groups.
  for (const openGId of openGIds.sort()) {
    await linkShare(sql, await joinGroup(sql, at, openGId), share)
  }
  return finished(record)
}

export async function openShare(
  sql: Sql,
  at: Happened,
  record: EventRecordOf<'share.opened'>,
): Promise<Recorded> {
  const { shareId } = record
  const share = shareId === undefined ? null : await internShare(sql, at.app, shareId)
  const openGId = openGIdOf(record.group)
  const group = openGId === undefined ? null : await joinGroup(sql, at, openGId)
  if (group !== null && share !== null) await linkShare(sql, group, share)
  await sql.run(
    `INSERT INTO arrivals (usr, share, grp, scene, page, at_ms, received_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    at.user,
    share,
    group,
    record.scene,
    record.page,
    at.atMs,
    at.nowMs,
  )
  return opened(record)
}
