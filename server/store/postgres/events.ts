/** The careful way to record events: a transaction that waits for whoever is at the same user, event by event. */
import type { EventResult } from '../../../shared/wire/index.ts'
import { phoneConsent } from '../consent.ts'
import { dayOf } from '../day.ts'
import type { Recorded, Told } from '../happened.ts'
import { answerUnread, writeTold } from '../recording.ts'
import type { Batch, KnownEvent } from '../recording.ts'
import type { DecodedEvent, EventRecord, Ingest, UserNumber } from '../store.ts'
import { isOwnConsent } from './consents.ts'
import { addCredit, keepLatest } from './credits.ts'
import { finishShare, openShare, startShare } from '../operations/share-events.ts'
import type { Sql } from './sql.ts'
import { internApp, lockUser } from './users.ts'

export async function ingest(sql: Sql, input: Ingest): Promise<EventResult[]> {
  const { user, nowMs } = input
  const app = await internApp(sql, input.appId)
  await lockUser(sql, user)
  const { belowMinimum, today } = await readUser(sql, user, nowMs)
  const batch: Batch = { user, nowMs, app, belowMinimum, credits: [] }
  let added = 0
  const results: EventResult[] = []
  for (const event of input.events) {
    const { result, counts } = await ingestOne(
      sql,
      batch,
      event,
      input.eventsPerDay - today - added,
    )
    if (counts) added += 1
    results.push(result)
  }
  if (added > 0) await addToday(sql, user, nowMs, added)
  await keepLatest(sql, user, batch.credits, nowMs)
  return results
}

async function ingestOne(
  sql: Sql,
  batch: Batch,
  event: DecodedEvent,
  left: number,
): Promise<{ result: EventResult; counts: boolean }> {
  const { id } = event
  const known = await findEvent(sql, batch.user, id)
  const unread = answerUnread(event, known, left)
  if (unread) {
    const counts = unread.reason === 'session_stale'
    if (counts) await keepEvent(sql, batch, event, { recorded: false })
    return { result: unread, counts }
  }
  const outcome = await writeRecord(sql, batch, event)
  if (outcome.status === 'rejected') return { result: { id, ...outcome }, counts: false }
  const { status: _, ...told } = outcome
  await keepEvent(sql, batch, event, { recorded: true, told })
  return { result: { id, ...outcome }, counts: !known }
}

async function writeRecord(
  sql: Sql,
  batch: Batch,
  { record, atMs }: DecodedEvent,
): Promise<Recorded> {
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
async function recordCredits(
  sql: Sql,
  batch: Batch & { atMs: number },
  { credits }: Extract<EventRecord, { type: 'credits' }>,
): Promise<Recorded> {
  let known = 0
  for (const credit of credits) {
    // A consent of which a push has told is no second credit, but the phone's answer is news.
    const news =
      credit.kind !== 'subscription' || (await isOwnConsent(sql, phoneConsent(batch, credit)))
    if (!news) continue
    if ((await addCredit(sql, batch, credit)) === 'duplicate') known += 1
    else batch.credits.push(credit)
  }
  const duplicate = credits.length > 0 && known === credits.length
  return { status: duplicate ? 'duplicate' : 'accepted' }
}

const findEvent = (sql: Sql, user: UserNumber, id: string) =>
  sql.get<KnownEvent>('SELECT recorded, result FROM events WHERE usr = $1 AND id = $2', user, id)

async function keepEvent(
  sql: Sql,
  { user, nowMs }: Batch,
  event: DecodedEvent,
  { recorded, told = {} }: { recorded: boolean; told?: Told },
): Promise<void> {
  await sql.run(
    `INSERT INTO events (usr, id, recorded, type, at_ms, received_ms, raw, result)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (usr, id) DO UPDATE SET recorded = excluded.recorded, result = excluded.result`,
    user,
    event.id,
    recorded,
    event.type,
    event.atMs,
    nowMs,
    event.raw,
    writeTold(told),
  )
}

async function readUser(sql: Sql, user: UserNumber, nowMs: number) {
  const row = await sql.get<{ belowMinimum: boolean; today: number }>(
    `SELECT below_minimum AS "belowMinimum", CASE day WHEN $2 THEN events_of_day ELSE 0 END AS today
     FROM users WHERE usr = $1`,
    user,
    dayOf(nowMs),
  )
  return row ?? { belowMinimum: false, today: 0 }
}

async function addToday(sql: Sql, user: UserNumber, nowMs: number, count: number): Promise<void> {
  await sql.run(
    `UPDATE users SET events_of_day = CASE day WHEN $2 THEN events_of_day ELSE 0 END + $3, day = $2 WHERE usr = $1`,
    user,
    dayOf(nowMs),
    count,
  )
}
