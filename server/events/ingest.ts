/** A batch of one phone → the book. */
import { groupReasons } from '../../shared/codes.ts'
import type { GroupReason } from '../../shared/codes.ts'
import type { EventResult, EventsReply, ReachEvent } from '../../shared/wire/index.ts'
import { maxEventAgeMs } from '../rules/retention.ts'
import { userLimits } from '../rules/limits.ts'
import type { Edition } from '../rules/credits.ts'
import type { DecodedEvent, EventStore, EventRecord, Session } from '../store/store.ts'
import {
  decodeEvent,
  happenedAtMs,
  isAccepting,
  readEvent,
  createGroupOpener,
  redactedJson,
} from './read-event.ts'
import type { EventContext } from './read-event.ts'

export interface IngestDeps {
  store: EventStore
  /** Session keys of the phone's user, newest first. Asked for only when there is something to open. */
  openKeys(session: Session): Promise<Buffer[]>
  now(): number
  /** Which of these templates are long-term. Default: none. */
  longTerm?(templateIds: readonly string[]): Promise<(templateId: string) => boolean>
}

/** Records a batch; the results stand in the order of the events, and a bad event harms no other. */
export async function ingestEvents(
  deps: IngestDeps,
  session: Session,
  edition: Edition,
  batch: { sentAt: number; events: readonly unknown[] },
): Promise<EventsReply> {
  const nowMs = deps.now()
  const decoded = batch.events.map((value, index) => decodeEvent(value, index))
  const needsKeys = decoded.some((one) => one.ok && carriesGroupData(one.event))
  const opener = createGroupOpener({
    appId: session.appId,
    sessionKeys: needsKeys ? await deps.openKeys(session) : [],
    nowMs,
  })

  const consented: string[] = []
  for (const one of decoded) if (one.ok) consented.push(...consentedTemplates(one.event))
  const isLongTerm =
    deps.longTerm && consented.length > 0 ? await deps.longTerm(consented) : () => false

  const context = { nowMs, edition, opener, isLongTerm }
  const outcomes = decoded.map((one) => {
    if (!one.ok) return one.result
    const atMs = happenedAtMs(one.event.at, batch.sentAt, nowMs, maxEventAgeMs)
    return outcomeOf(one.event, atMs, context)
  })

  const records = outcomes.filter(isRecord)
  const { appId, user } = session
  const { eventsPerDay } = userLimits
  const stored =
    records.length === 0
      ? []
      : await deps.store.ingest({ appId, user, nowMs, eventsPerDay, events: records })
  let next = 0
  return {
    results: outcomes.map((outcome) =>
      isRecord(outcome) ? withGroupReason(stored[next++]!, outcome.record) : outcome,
    ),
  }
}

function outcomeOf(
  event: ReachEvent,
  atMs: number,
  context: EventContext,
): DecodedEvent | EventResult {
  const { id, type } = event
  const reading = readEvent(event, atMs, context)
  if ('rejected' in reading) return { id, status: 'rejected', reason: reading.rejected }
  return { id, type, atMs, raw: redactedJson(event), ...reading }
}

const isRecord = (outcome: DecodedEvent | EventResult): outcome is DecodedEvent =>
  'record' in outcome

function consentedTemplates(event: ReachEvent): string[] {
  if (event.type !== 'subscription.answered') return []
  const answers = Object.entries(event.answers)
  return answers.filter(([, word]) => isAccepting(word)).map(([templateId]) => templateId)
}

function carriesGroupData(event: ReachEvent): boolean {
  if (event.type === 'share.opened') return event.group !== undefined && 'iv' in event.group
  return event.type === 'share.finished' && (event.groups ?? []).some((group) => 'iv' in group)
}

const serverReasons: ReadonlySet<string> = new Set(groupReasons)

/** The arrival itself is kept, but the phone is told why it has no group. */
function withGroupReason(result: EventResult, record: EventRecord): EventResult {
  if (result.status !== 'accepted' || result.reason) return result
  const groups =
    record.type === 'share.opened'
      ? [record.group]
      : record.type === 'share.finished'
        ? record.groups
        : []
  for (const group of groups) {
    if (group && 'unavailable' in group && serverReasons.has(group.unavailable)) {
      return { ...result, reason: group.unavailable as GroupReason }
    }
  }
  return result
}
