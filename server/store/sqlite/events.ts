import type { EventResult } from '../../../shared/wire.ts'
import type { DecodedEvent, Fact, Ingest, NewCredit, UserNumber } from '../store.ts'
import { isOwnConsent } from './consents.ts'
import type { Consent } from './consents.ts'
import { addCredit, keepLatest } from './credits.ts'
import type { Recording } from './credits.ts'
import type { Recorded, Told } from '../happened.ts'
import { finishShare, openShare, startShare } from './share-events.ts'
import type { Statements } from './statements.ts'
import { internApp, isBelowMinimum } from './users.ts'

const dayMs = 24 * 60 * 60 * 1_000

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
    if (known?.recorded) {
      const told = known.result === null ? {} : (JSON.parse(known.result) as Told)
      return { id: event.id, status: 'duplicate', ...told }
    }
    if (!known && left <= 0) return { id: event.id, status: 'retry', reason: 'rate_limited' }
    if (!known && event.stale) {
      left -= 1
      keepEvent(sql, batch, event, { recorded: false })
      return { id: event.id, status: 'retry', reason: 'session_stale' }
    }
    const outcome = record(sql, batch, event)
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

interface Batch extends Recording {
  app: number
  /** Credits recorded so far. */
  credits: NewCredit[]
}

function record(sql: Statements, batch: Batch, { fact, atMs }: DecodedEvent): Recorded {
  switch (fact.type) {
    case 'credits':
      return recordCredits(sql, { ...batch, atMs }, fact)
    case 'share.started':
      return startShare(sql, { ...batch, atMs }, fact)
    case 'share.finished':
      return finishShare(sql, { ...batch, atMs }, fact)
    case 'share.opened':
      return openShare(sql, { ...batch, atMs }, fact)
    default:
      return fact satisfies never
  }
}

/** An event is a duplicate when it brought credits, and every one of them was known under another event. */
function recordCredits(
  sql: Statements,
  batch: Batch & { atMs: number },
  { credits }: Extract<Fact, { type: 'credits' }>,
): Recorded {
  const known = credits.filter((credit) => {
    // A consent of which a push has told is no second credit, but the phone's answer is news.
    if (credit.kind === 'subscription' && !isOwnConsent(sql, consentOf(batch, credit))) return false
    if (addCredit(sql, batch, credit) === 'duplicate') return true
    batch.credits.push(credit)
    return false
  })
  const duplicate = credits.length > 0 && known.length === credits.length
  return { status: duplicate ? 'duplicate' : 'accepted' }
}

const consentOf = ({ user, atMs }: Batch & { atMs: number }, { ref }: NewCredit): Consent => ({
  user,
  templateId: ref,
  from: 'phone',
  atMs,
})

function findEvent(sql: Statements, user: UserNumber, id: string) {
  return sql<{ recorded: number; result: string | null }>(
    'SELECT recorded, result FROM events WHERE user = ? AND id = ?',
  ).get(user, id)
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
  ).run(
    user,
    event.id,
    Number(recorded),
    event.type,
    event.atMs,
    nowMs,
    event.raw,
    Object.keys(told).length > 0 ? JSON.stringify(told) : null,
  )
}

/** Days are counted in UTC by the platform's clock. */
function countToday(sql: Statements, user: UserNumber, nowMs: number): number {
  return (
    sql<{ count: number }>(
      'SELECT events_of_day AS count FROM users WHERE user = ? AND day = ?',
    ).get(user, Math.floor(nowMs / dayMs))?.count ?? 0
  )
}

function addToday(sql: Statements, user: UserNumber, nowMs: number, count: number): void {
  sql(
    `UPDATE users SET events_of_day = CASE day WHEN ?2 THEN events_of_day ELSE 0 END + ?3, day = ?2 WHERE user = ?1`,
  ).run(user, Math.floor(nowMs / dayMs), count)
}
