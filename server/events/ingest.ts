/** Records a batch of events that one phone sent. */
import { groupReasons, type GroupReason } from '../../shared/codes.ts'
import type { EventResult, EventsReply, ReachEvent } from '../../shared/wire/index.ts'
import { maxEventAgeMs } from '../rules/retention.ts'
import { userLimits } from '../rules/limits.ts'
import { eventBatch } from '../rules/requests.ts'
import type { Edition } from '../rules/credits.ts'
import { mapInTurns } from '../runtime/world.ts'
import type { DecodedEvent, EventRecord, EventStore, Session } from '../store/store.ts'
import { acceptedTemplates } from '../subscribe/consents.ts'
import {
  answersOf,
  createGroupOpener,
  happenedAtMs,
  readEvent,
  redactedJson,
} from './read-event.ts'

interface IngestDeps {
  store: EventStore
  /** The user's session keys, newest first. Called only when an event has encrypted data. */
  openKeys(session: Session): Promise<Buffer[]>
  now(): number
  /** Which of these templates are long-term. Default: none. */
  longTerm?(templateIds: readonly string[]): Promise<(templateId: string) => boolean>
}

/** An event of a batch, or the result that it gets without being recorded. */
export type BatchEvent = { ok: true; event: ReachEvent } | { ok: false; result: EventResult }

/** One result per event, in their order. A bad event does not affect the others. */
export async function ingestEvents(
  { store, openKeys, now, longTerm }: IngestDeps,
  session: Session,
  edition: Edition,
  batch: { sentAt: number; events: readonly BatchEvent[] },
): Promise<EventsReply> {
  const { appId, user } = session
  const nowMs = now()
  const events: ReachEvent[] = []
  for (const one of batch.events) if (one.ok) events.push(one.event)

  const mustDecrypt = events.some(hasEncryptedGroup)
  const sessionKeys = mustDecrypt ? await openKeys(session) : []
  const opener = createGroupOpener({ appId, sessionKeys, nowMs })
  const consented = events.flatMap((event) => acceptedTemplates(answersOf(event)))
  const isLongTerm = longTerm && consented.length > 0 ? await longTerm(consented) : () => false
  const context = { nowMs, edition, opener, isLongTerm }

  const read = await mapInTurns(
    batch.events,
    mustDecrypt ? eventBatch.decryptedPerTurn : eventBatch.maxEvents,
    (one): DecodedEvent | EventResult => {
      if (!one.ok) return one.result
      const { event } = one
      const { id, type } = event
      const atMs = happenedAtMs(event.at, batch.sentAt, nowMs, maxEventAgeMs)
      const reading = readEvent(event, atMs, context)
      if ('rejected' in reading) return { id, status: 'rejected', reason: reading.rejected }
      return { id, type, atMs, raw: redactedJson(event), ...reading }
    },
  )

  const toStore = read.filter(isRecorded)
  const { eventsPerDay } = userLimits
  const stored =
    toStore.length === 0
      ? []
      : await store.ingest({ appId, user, nowMs, eventsPerDay, events: toStore })
  let next = 0
  return {
    results: read.map((one) =>
      isRecorded(one) ? withGroupReason(stored[next++]!, one.record) : one,
    ),
  }
}

const isRecorded = (one: DecodedEvent | EventResult): one is DecodedEvent => 'record' in one

function hasEncryptedGroup(event: ReachEvent): boolean {
  if (event.type === 'share.opened') return event.group !== undefined && 'iv' in event.group
  return event.type === 'share.finished' && (event.groups ?? []).some((group) => 'iv' in group)
}

const serverReasons: ReadonlySet<string> = new Set(groupReasons)

/** An arrival without its group is recorded; its result names the reason. */
function withGroupReason(result: EventResult, record: EventRecord): EventResult {
  if (result.status !== 'accepted' || result.reason) return result
  for (const group of groupsOf(record)) {
    if (group && 'unavailable' in group && serverReasons.has(group.unavailable)) {
      return { ...result, reason: group.unavailable as GroupReason }
    }
  }
  return result
}

function groupsOf(record: EventRecord) {
  if (record.type === 'share.opened') return [record.group]
  return record.type === 'share.finished' ? record.groups : []
}
