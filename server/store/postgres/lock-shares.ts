/** One order for all who tell of several shares and groups at once, in which they wait for and never block each other. */
import type { DecodedEvent, Fact, Ingest } from '../store.ts'
import { internGroup } from './groups.ts'
import { findLooseRoot, internShare, lockRows } from './shares.ts'
import type { Sql } from './sql.ts'
import { internApp } from './users.ts'

type ShareFact = Exclude<Fact, { type: 'credits' }>

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
  for (const shareId of sorted(told.flatMap(({ fact }) => idsOf(fact)))) {
    numbers.set(shareId, await internShare(sql, app, shareId))
  }
  const locked = new Set<number>()
  for (const { fact } of told) {
    if (fact.type === 'share.opened') continue
    locked.add(numbers.get(fact.shareId)!)
    const root = await findLooseRoot(sql, numbers.get(parentOf(fact) ?? ''))
    if (root !== undefined) locked.add(root)
  }
  await lockRows(sql, [...locked])
  for (const openGId of sorted(told.flatMap(({ fact }) => groupsOf(fact)))) {
    const seen = told.filter(({ fact }) => groupsOf(fact).includes(openGId))
    await internGroup(sql, app, openGId, Math.min(...seen.map(({ atMs }) => atMs)))
  }
}

const sorted = (names: string[]): string[] => [...new Set(names)].sort()

const isOfShare = (event: DecodedEvent): event is DecodedEvent & { fact: ShareFact } =>
  event.fact.type !== 'credits'

const parentOf = (fact: ShareFact) =>
  fact.type === 'share.started' ? fact.parentShareId : undefined

const idsOf = (fact: ShareFact): string[] =>
  [fact.shareId, parentOf(fact)].filter((id) => id !== undefined)

function groupsOf(fact: ShareFact): string[] {
  if (fact.type === 'share.started') return []
  const groups = fact.type === 'share.finished' ? fact.groups : fact.group ? [fact.group] : []
  return groups.flatMap((group) => ('openGId' in group ? [group.openGId] : []))
}
