/** One order for all who tell of several shares and groups at once, in which they wait for and never block each other. */
import type { DecodedEvent, EventRecord, Ingest } from '../store.ts'
import { internGroup } from './groups.ts'
import { findLooseRoot, internShare, lockRows } from './shares.ts'
import type { Sql } from './sql.ts'
import { internApp } from './users.ts'

type ShareRecord = Exclude<EventRecord, { type: 'credits' }>

/**
 * Takes what the events of a batch would lock one by one: shares by their ids, then by their numbers, then groups. A
 * place that is made so for an event that is refused is one of which nothing is known.
 */
export async function lockShares(
  sql: Sql,
  { appId, events }: Pick<Ingest, 'appId' | 'events'>,
): Promise<void> {
  const told = events.filter(isOfShare)
  if (told.length < 2) return
  const app = await internApp(sql, appId)
  const numbers = new Map<string, number>()
  for (const shareId of sorted(told.flatMap(({ record }) => idsOf(record)))) {
    numbers.set(shareId, await internShare(sql, app, shareId))
  }
  const locked = new Set<number>()
  for (const { record } of told) {
    if (record.type === 'share.opened') continue
    locked.add(numbers.get(record.shareId)!)
    const root = await findLooseRoot(sql, numbers.get(parentOf(record) ?? ''))
    if (root !== undefined) locked.add(root)
  }
  await lockRows(sql, [...locked])
  for (const openGId of sorted(told.flatMap(({ record }) => groupsOf(record)))) {
    const seen = told.filter(({ record }) => groupsOf(record).includes(openGId))
    await internGroup(sql, app, openGId, Math.min(...seen.map(({ atMs }) => atMs)))
  }
}

const sorted = (names: string[]): string[] => [...new Set(names)].sort()

const isOfShare = (event: DecodedEvent): event is DecodedEvent & { record: ShareRecord } =>
  event.record.type !== 'credits'

const parentOf = (record: ShareRecord) =>
  record.type === 'share.started' ? record.parentShareId : undefined

const idsOf = (record: ShareRecord): string[] =>
  [record.shareId, parentOf(record)].filter((id) => id !== undefined)

function groupsOf(record: ShareRecord): string[] {
  if (record.type === 'share.started') return []
  const groups =
    record.type === 'share.finished' ? record.groups : record.group ? [record.group] : []
  return groups.flatMap((group) => ('openGId' in group ? [group.openGId] : []))
}
