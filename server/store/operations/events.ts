/**
 * Events of one user's phone: each is recorded once, with the credits and shares that it reports.
 */
import type { EventReason } from '../../../shared/codes.ts'
import type { EventResult } from '../../../shared/wire/index.ts'
import { broadcastRules } from '../../rules/broadcasts.ts'
import { dayOf } from '../../runtime/world.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import type { DecodedEvent, EventRecord, Ingest, NewCredit, UserNumber } from '../store.ts'
import { countResults, openNotice, renewRight, type Counted } from './broadcast-results.ts'
import { findConsent } from './consents.ts'
import { tagCredit } from './credit-tags.ts'
import { countTags } from './tag-results.ts'
import { creditId } from '../rows.ts'
import { addCredit, keepLatest, type Recording } from './credits.ts'
import { finishShare, lockSharesOf, openShare, startShare } from './share-events.ts'
import type { EventDetails, RecordedEvent } from './share-events.ts'
import { internWatchedApp, lockUser } from './users.ts'

export function* ingest(sql: Sql, input: Ingest): Operation<EventResult[]> {
  const { user, nowMs } = input
  if (sql.dialect.isConcurrent) yield* lockSharesOf(sql, input)
  const { app, watched } = yield* internWatchedApp(sql, input.appId)
  yield* lockUser(sql, user)
  const { isErased, belowMinimum, today, askedUntilMs } = yield* readUser(sql, user, nowMs)
  // The session has ended with the user; a process may have it in memory for some seconds.
  if (isErased) return input.events.map(({ id }) => retry(id, 'session_stale'))
  const known = yield* findEvents(sql, user, input.events)
  const batch: Batch = {
    user,
    nowMs,
    app,
    watched,
    belowMinimum,
    known,
    credits: [],
    askedUntilMs,
    results: [],
  }
  let added = 0
  const results: EventResult[] = []
  for (const event of input.events) {
    const left = input.eventsPerDay - today - added
    const { result, isCounted } = yield* ingestOne(sql, batch, event, left)
    if (isCounted) added += 1
    results.push(result)
  }
  if (added > 0) yield* addToday(sql, user, nowMs, added)
  yield* keepLatest(sql, user, batch.credits, nowMs)
  yield* countResults(sql, batch.results)
  return results
}

interface Batch extends Recording {
  /** By id: events that were known before, and those of the batch so far. */
  known: Map<string, KnownEvent>
  /** Credits recorded so far. */
  credits: NewCredit[]
  /** A right that arises until then may be a result of a broadcast. */
  askedUntilMs: number
  /** Of broadcasts, so far. */
  results: Counted[]
}

/** @param left how many new events the user may still record today */
function* ingestOne(
  sql: Sql,
  batch: Batch,
  event: DecodedEvent,
  left: number,
): Operation<{ result: EventResult; isCounted: boolean }> {
  const { id } = event
  const known = batch.known.get(id)
  const early = resultBefore(event, known, left)
  if (early) {
    const isStale = early.reason === 'session_stale'
    if (isStale) yield* upsertEvent(sql, batch, event, false)
    return { result: early, isCounted: isStale }
  }
  const recorded = yield* record(sql, batch, event)
  const result = { id, ...recorded }
  if (recorded.status === 'rejected') return { result, isCounted: false }
  if (recorded.status === 'accepted') yield* noteResults(sql, batch, event)
  const { status: _, ...details } = recorded
  yield* upsertEvent(sql, batch, event, true, details)
  return { result, isCounted: !known }
}

interface KnownEvent {
  recorded: number | boolean
  result: string | null
}

/**
 * The result of an event whose content is not read; `undefined`: it is recorded. A stale event is
 * stored by its id, so that it is recorded when it comes again.
 */
function resultBefore(
  { id, stale }: DecodedEvent,
  known: KnownEvent | undefined,
  left: number,
): EventResult | undefined {
  if (known?.recorded) {
    const details = known.result === null ? {} : (JSON.parse(known.result) as EventDetails)
    return { id, status: 'duplicate', ...details }
  }
  if (known) return undefined
  if (left <= 0) return retry(id, 'rate_limited')
  return stale ? retry(id, 'session_stale') : undefined
}

const retry = (id: string, reason: EventReason): EventResult => ({ id, status: 'retry', reason })

/** Whether the event came of a broadcast: its notice was opened, or a right arose after that. */
function* noteResults(
  sql: Sql,
  batch: Batch,
  { atMs, record: recorded }: DecodedEvent,
): Operation<void> {
  const { app, user } = batch
  if (recorded.type === 'share.opened' && recorded.shareId !== undefined) {
    const { shareId: mark, scene } = recorded
    const opened = yield* openNotice(sql, { app, user, atMs, scene, mark })
    batch.results.push(...opened)
    if (opened.length > 0) batch.askedUntilMs = atMs + broadcastRules.resultWithinMs
  }
  if (recorded.type !== 'credits' || atMs >= batch.askedUntilMs) return
  if (recorded.credits.some(({ kind }) => kind === 'form' || kind === 'subscription')) {
    batch.results.push(...(yield* renewRight(sql, { user, atMs })))
  }
}

function record(sql: Sql, batch: Batch, event: DecodedEvent): Operation<RecordedEvent> {
  const at = { ...batch, atMs: event.atMs }
  switch (event.record.type) {
    case 'credits':
      return recordCredits(sql, batch, event.atMs, event.record)
    case 'share.started':
      return startShare(sql, at, event.record)
    case 'share.finished':
      return finishShare(sql, at, event.record)
    case 'share.opened':
      return openShare(sql, at, event.record)
    default:
      return event.record satisfies never
  }
}

/** An event is a duplicate if it reports credits and all of them are known from other events. */
function* recordCredits(
  sql: Sql,
  batch: Batch,
  atMs: number,
  { credits, tag }: Extract<EventRecord, { type: 'credits' }>,
): Operation<RecordedEvent> {
  const { user } = batch
  let known = 0
  for (const credit of credits) {
    const consent = { user, templateId: credit.ref, from: 'phone', atMs } as const
    // A consent that a push has reported is no second credit, and the event still no duplicate.
    const was = credit.kind === 'subscription' ? yield* findConsent(sql, consent) : 'new'
    let arose = was === 'reported'
    if (was === 'new') {
      arose = (yield* addCredit(sql, batch, credit)) === 'accepted'
      if (arose) batch.credits.push(credit)
      else known += 1
    }
    if (tag === undefined || was === 'revoked') continue
    yield* tagCredit(sql, user, creditId(credit.kind, credit.ref), tag)
    const count = arose ? (credit.uses ?? 1) : 0
    yield* countTags(sql, { user, tags: tag, result: 'granted', count, atMs })
  }
  return { status: credits.length > 0 && known === credits.length ? 'duplicate' : 'accepted' }
}

function* findEvents(
  sql: Sql,
  user: UserNumber,
  events: readonly DecodedEvent[],
): Operation<Batch['known']> {
  const rows = yield* sql.all<KnownEvent & { id: string }>(
    `SELECT id, recorded, result FROM events
     WHERE usr = $1 AND id ${sql.dialect.anyOf('$2', 'text')}`,
    user,
    events.map(({ id }) => id),
  )
  return new Map(rows.map((row) => [row.id, row]))
}

function upsertEvent(
  sql: Sql,
  { user, nowMs, known }: Batch,
  { id, type, atMs, raw }: DecodedEvent,
  recorded: boolean,
  details: EventDetails = {},
): Step<unknown> {
  const result = Object.keys(details).length > 0 ? JSON.stringify(details) : null
  known.set(id, { recorded, result })
  return sql.run(
    `INSERT INTO events (usr, id, recorded, type, at_ms, received_ms, raw, result)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (usr, id) DO UPDATE SET recorded = excluded.recorded, result = excluded.result`,
    user,
    id,
    recorded,
    type,
    atMs,
    nowMs,
    raw,
    result,
  )
}

type Flags = Record<'belowMinimum' | 'isErased', boolean | number>

function* readUser(sql: Sql, user: UserNumber, nowMs: number) {
  const row = yield* sql.get<Flags & { today: number; askedUntilMs: number | null }>(
    `SELECT below_minimum AS "belowMinimum", open_id IS NULL AS "isErased",
       CASE WHEN day = $2 THEN events_of_day ELSE 0 END AS today,
       asked_until_ms AS "askedUntilMs"
     FROM users WHERE usr = $1`,
    user,
    dayOf(nowMs),
  )
  const { belowMinimum = false, isErased = true, today = 0 } = row ?? {}
  const askedUntilMs = row?.askedUntilMs ?? 0
  return { belowMinimum: Boolean(belowMinimum), isErased: Boolean(isErased), today, askedUntilMs }
}

function* addToday(sql: Sql, user: UserNumber, nowMs: number, count: number): Operation<void> {
  yield* sql.run(
    `UPDATE users SET day = $2,
       events_of_day = CASE WHEN day = $2 THEN events_of_day ELSE 0 END + $3
     WHERE usr = $1`,
    user,
    dayOf(nowMs),
    count,
  )
}
