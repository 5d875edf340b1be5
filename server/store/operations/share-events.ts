/**
 * What phones report about shares: started, finished, opened. All of it is a claim and never proof.
 *
 * Transactions that run beside each other lock shares and groups in one order, so that they wait
 * for each other and never deadlock: shares by their ids, then by their numbers, then groups by
 * their openGIds.
 */
import { groupReasons, type GroupReason } from '../../../shared/codes.ts'
import type { EventResult } from '../../../shared/wire/index.ts'
import type { Operation, Sql } from '../sql.ts'
import type { DecodedEvent, EventRecord, GroupRecord, Ingest } from '../store.ts'
import {
  findOpenRoot,
  findShareRow,
  internGroup,
  internShare,
  joinGroup,
  linkShare,
  lockShare,
  lockShares,
  readOwner,
  setParent,
} from './shares.ts'
import type { Occurrence, ShareOwner } from './shares.ts'
import { isMarked } from './broadcast-results.ts'
import { noteChange } from './changes.ts'
import { internApp } from './users.ts'

/** What the result of an event carries beside its status, also when the event comes again. */
export type EventDetails = Pick<EventResult, 'reason' | 'openGId' | 'openGIds'>

export type RecordedEvent = { status: 'accepted' | 'duplicate' | 'rejected' } & EventDetails

type EventRecordOf<Type extends EventRecord['type']> = Extract<EventRecord, { type: Type }>

/** The first user to start or to finish a share owns its id. */
export function* startShare(
  sql: Sql,
  at: Occurrence,
  record: EventRecordOf<'share.started'>,
): Operation<RecordedEvent> {
  const { shareId, parentShareId } = record
  const known = yield* findShareRow(sql, at.app, shareId)
  const refusal = known && refuseStart(known, at)
  if (refusal) return refusal
  const numbers = new Map<string, number>()
  for (const id of [shareId, parentShareId ?? shareId].sort()) {
    numbers.set(id, id === shareId && known ? known.share : yield* internShare(sql, at.app, id))
  }
  const share = numbers.get(shareId)!
  const parent = parentShareId === undefined ? undefined : numbers.get(parentShareId)!
  if (sql.dialect.isConcurrent) {
    yield* lockShare(sql, share, parent)
    const refusedNow = refuseStart(yield* readOwner(sql, share), at)
    if (refusedNow) return refusedNow
  }
  yield* sql.run(
    `UPDATE shares SET usr = $2, started_ms = $3, page = $4, path = $5, title = $6, origin = $7
     WHERE share = $1`,
    share,
    at.user,
    at.atMs,
    record.page,
    record.path ?? null,
    record.title ?? null,
    record.from ?? null,
  )
  if (parent !== undefined) yield* setParent(sql, share, parent)
  return { status: 'accepted' }
}

export function* finishShare(
  sql: Sql,
  at: Occurrence,
  { shareId, result, groups }: EventRecordOf<'share.finished'>,
): Operation<RecordedEvent> {
  const share = yield* internShare(sql, at.app, shareId)
  if (sql.dialect.isConcurrent) yield* lockShare(sql, share)
  const refusal = refuseFinish(yield* readOwner(sql, share), at)
  if (refusal) return refusal
  const text = 'UPDATE shares SET usr = $2, result = $3 WHERE share = $1'
  yield* sql.run(text, share, at.user, result)
  const openGIds = groups.map((group) => openGIdOf(group) ?? null)
  for (const openGId of openGIds.filter((id) => id !== null).sort()) {
    yield* linkShare(sql, yield* joinGroup(sql, at, openGId), share)
  }
  return { status: 'accepted', ...(groups.length > 0 && { openGIds }), ...reasonOf(groups) }
}

export function* openShare(
  sql: Sql,
  at: Occurrence,
  record: EventRecordOf<'share.opened'>,
): Operation<RecordedEvent> {
  const share = yield* openedShare(sql, at, record)
  const openGId = record.group && openGIdOf(record.group)
  const group = openGId === undefined ? null : yield* joinGroup(sql, at, openGId)
  if (group !== null && share !== null) yield* linkShare(sql, group, share)
  yield* sql.run(
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
  if (at.watched > 0) yield* noteArrival(sql, at, record, openGId)
  if (openGId !== undefined) return { status: 'accepted', openGId }
  return { status: 'accepted', ...reasonOf(record.group ? [record.group] : []) }
}

/** The mark of a broadcast is no share. */
function* openedShare(
  sql: Sql,
  { app }: Occurrence,
  { shareId, scene }: EventRecordOf<'share.opened'>,
): Operation<number | null> {
  if (shareId === undefined || (yield* isMarked(sql, { app, scene, mark: shareId }))) return null
  return yield* internShare(sql, app, shareId)
}

function* noteArrival(
  sql: Sql,
  { app, watched, user, nowMs }: Occurrence,
  { shareId, scene }: EventRecordOf<'share.opened'>,
  openGId: string | undefined,
): Operation<void> {
  const detail = { scene, ...(shareId !== undefined && { shareId }), ...(openGId && { openGId }) }
  yield* noteChange(sql, { app, watched, user, atMs: nowMs, type: 'arrival.recorded', detail })
}

function refuseStart(owner: ShareOwner, at: Occurrence): RecordedEvent | undefined {
  return refuseFinish(owner, at) ?? (owner.startedMs === null ? undefined : { status: 'duplicate' })
}

function refuseFinish({ user }: ShareOwner, at: Occurrence): RecordedEvent | undefined {
  if (user === null || user === at.user) return undefined
  return { status: 'rejected', reason: 'share_taken' }
}

const openGIdOf = (group: GroupRecord): string | undefined =>
  'openGId' in group ? group.openGId : undefined

const serverReasons: ReadonlySet<string> = new Set(groupReasons)

/** Only reasons that the server found: the phone knows its own. */
function reasonOf(groups: readonly GroupRecord[]): EventDetails {
  for (const group of groups) {
    if ('unavailable' in group && serverReasons.has(group.unavailable)) {
      return { reason: group.unavailable as GroupReason }
    }
  }
  return {}
}

/**
 * Locks what the events of a batch would lock one by one. An empty row that this inserts for an
 * event which is refused stays without meaning.
 */
export function* lockSharesOf(
  sql: Sql,
  { appId, events }: Pick<Ingest, 'appId' | 'events'>,
): Operation<void> {
  const shareEvents = events.filter(isOfShare)
  if (shareEvents.length < 2) return
  const app = yield* internApp(sql, appId)
  const numbers = new Map<string, number>()
  for (const shareId of sorted(shareEvents.flatMap(({ record }) => shareIdsOf(record)))) {
    numbers.set(shareId, yield* internShare(sql, app, shareId))
  }
  const locked = new Set<number>()
  for (const { record } of shareEvents) {
    if (record.type === 'share.opened') continue
    locked.add(numbers.get(record.shareId)!)
    const parent = parentOf(record)
    const root = parent === undefined ? undefined : yield* findOpenRoot(sql, numbers.get(parent)!)
    if (root !== undefined) locked.add(root)
  }
  yield* lockShares(sql, [...locked])
  for (const openGId of sorted(shareEvents.flatMap(({ record }) => openGIdsOf(record)))) {
    const seen = shareEvents.filter(({ record }) => openGIdsOf(record).includes(openGId))
    yield* internGroup(sql, app, openGId, Math.min(...seen.map(({ atMs }) => atMs)))
  }
}

type ShareRecord = Exclude<EventRecord, { type: 'credits' }>

const isOfShare = (event: DecodedEvent): event is DecodedEvent & { record: ShareRecord } =>
  event.record.type !== 'credits'

const parentOf = (record: ShareRecord): string | undefined =>
  record.type === 'share.started' ? record.parentShareId : undefined

const shareIdsOf = (record: ShareRecord): string[] =>
  [record.shareId, parentOf(record)].filter((id) => id !== undefined)

function openGIdsOf(record: ShareRecord): string[] {
  if (record.type === 'share.started') return []
  const groups =
    record.type === 'share.finished' ? record.groups : record.group ? [record.group] : []
  return groups.map(openGIdOf).filter((id) => id !== undefined)
}

const sorted = (names: string[]): string[] => [...new Set(names)].sort()
