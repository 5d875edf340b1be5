import type { EventResult } from '../../../shared/wire/index.ts'
import { phoneConsent } from '../consent.ts'
import { dayOf } from '../day.ts'
import type { Recorded, Told } from '../happened.ts'
import { answerUnread, writeTold } from '../recording.ts'
import type { Batch, KnownEvent } from '../recording.ts'
import type { DecodedEvent, EventRecord, Ingest, UserNumber } from '../store.ts'
import { isOwnConsent } from './consents.ts'
import { addCredit, keepLatest } from './credits.ts'
import { finishShare, openShare, startShare } from './share-events.ts'
import type { Statements } from './statements.ts'
import { internApp, isBelowMinimum } from './users.ts'

export function ingest(sql: Statements, input: Ingest): EventResult[] {
  const { user, nowMs } = input
  const batch: Batch = {
    user,
    nowMs,
    app: internApp(sql, input.appId),
    belowMinimum: isBelowMinimum(sql, user),
    credits: [],
  }
  let left = input.eventsPerDay - countToday(sql, user, nowMs)
  const budget = left
  const results = input.events.map((event): EventResult => {
    const known = findEvent(sql, user, event.id)
    const unread = answerUnread(event, known, left)
    if (unread) {
      if (unread.reason === 'session_stale') {
        left -= 1
        keepEvent(sql, batch, event, { recorded: false })
      }
      return unread
    }
    const outcome = writeRecord(sql, batch, event)
    if (outcome.status === 'rejected') return { id: event.id, ...outcome }
    if (!known) left -= 1
    const { status: _, ...told } = outcome
    keepEvent(sql, batch, event, { recorded: true, told })
    return { id: event.id, ...outcome }
  })
  if (left < budget) addToday(sql, user, nowMs, budget - left)
  keepLatest(sql, user, batch.credits, nowMs)
  return results
}

function writeRecord(sql: Statements, batch: Batch, { record, atMs }: DecodedEvent): Recorded {
  switch (record.type) {
    case 'credits':
      return recordCredits(sql, { ...batch, atMs }, record)
    case 'share.started':
      return startShare(sql, { ...batch, atMs }, record)
    case 'share.finished':
      return finishShare(sql, { ...batch, atMs }, record)
    case 'share.opened':
      return openShare(sql, { ...batch, atMs }, record)
    default:
      return record satisfies never
  }
}

/** An event is a duplicate when it brought credits, and every one of them was known under another event. */
function recordCredits(
  sql: Statements,
  batch: Batch & { atMs: number },
  { credits }: Extract<EventRecord, { type: 'credits' }>,
): Recorded {
  const known = credits.filter((credit) => {
    // A consent of which a push has told is no second credit, but the phone's answer is news.
    if (credit.kind === 'subscription' && !isOwnConsent(sql, phoneConsent(batch, credit)))
      return false
    if (addCredit(sql, batch, credit) === 'duplicate') return true
    batch.credits.push(credit)
    return false
  })
  const duplicate = credits.length > 0 && known.length === credits.length
  return { status: duplicate ? 'duplicate' : 'accepted' }
}

function findEvent(sql: Statements, user: UserNumber, id: string) {
  return sql<KnownEvent>('SELECT recorded, result FROM events WHERE user = ? AND id = ?').get(
    user,
    id,
  )
}

function keepEvent(
  sql: Statements,
  { user, nowMs }: Batch,
  event: DecodedEvent,
  { recorded, told = {} }: { recorded: boolean; told?: Told },
): void {
  sql(
    `INSERT INTO events (user, id, recorded, type, at_ms, received_ms, raw, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET recorded = excluded.recorded, result = excluded.result`,
  ).run(user, event.id, Number(recorded), event.type, event.atMs, nowMs, event.raw, writeTold(told))
}

function countToday(sql: Statements, user: UserNumber, nowMs: number): number {
  return (
    sql<{ count: number }>(
      'SELECT events_of_day AS count FROM users WHERE user = ? AND day = ?',
    ).get(user, dayOf(nowMs))?.count ?? 0
  )
}

function addToday(sql: Statements, user: UserNumber, nowMs: number, count: number): void {
  sql(
    `UPDATE users SET events_of_day = CASE day WHEN ?2 THEN events_of_day ELSE 0 END + ?3, day = ?2 WHERE user = ?1`,
  ).run(user, dayOf(nowMs), count)
}
