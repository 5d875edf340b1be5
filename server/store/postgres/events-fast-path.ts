/**
 * The fast path to record events: batches of new credits, of one user or of many, in one statement.
 * It changes nothing for a user in an unusual case: their row is locked, their day is full, they
 * were erased, they opened a broadcast lately, older credits would have to be superseded. For other
 * users it leaves out events that are known already. The slow path, `ingest`, records what is left.
 */
import type { EventResult } from '../../../shared/wire/index.ts'
import { postgresRules } from '../../rules/database.ts'
import { dayOf } from '../../runtime/world.ts'
import { ingest } from '../operations/events.ts'
import { isWatched } from '../operations/changes.ts'
import { changeCode, changeTypeCode, kindCode, creditId } from '../rows.ts'
import { LostRaceError } from '../sql.ts'
import { perform, type AsyncSql } from './sql.ts'
import type { DecodedEvent, Ingest, NewCredit, UserNumber } from '../store.ts'
import { createBatcher } from './batcher.ts'
import { manyRows, valuesOfMany, type Columns } from './columns.ts'
import type { Database } from './database.ts'

interface Deps extends Pick<Database, 'query' | 'brief' | 'transact'> {
  batchWrites: boolean
}

/** `ingest` by the fast path as far as it decides, the rest by the slow one. */
export function createIngest({ query, brief, transact, batchWrites }: Deps) {
  const recordOne = async (input: Ingest) => (await brief((sql) => recordFast(sql, [input])))[0]!
  const record = batchWrites
    ? createBatcher({
        keyOf: ({ user }: Ingest) => user,
        runBatch: (inputs: Ingest[]) => query((sql) => recordFast(sql, inputs)),
        runOne: recordOne,
        ...postgresRules.eventBatches,
      })
    : recordOne
  const recordSlow = (input: Ingest) =>
    transact((sql) => perform(sql, (steps) => ingest(steps, input)))

  return async (input: Ingest): Promise<EventResult[]> => {
    if (!isPlain(input)) return recordSlow(input)
    const results = await record(input)
    const left = input.events.filter((_, index) => results[index] === undefined)
    if (left.length === 0) return results as EventResult[]
    const rest = await recordSlow({ ...input, events: left })
    let next = 0
    return results.map((result) => result ?? rest[next++]!)
  }
}

interface Batch {
  usr: number
  size: number
  today: number
  per_day: number
  now_ms: number
  kind: number
  keep_live: number | null
}

const batchColumns: Columns<Batch> = {
  usr: 'bigint',
  size: 'int',
  today: 'int',
  per_day: 'int',
  now_ms: 'bigint',
  kind: 'smallint',
  keep_live: 'int',
}

interface Event {
  usr: number
  id: string
  type: string
  at_ms: number
  raw: string
  credit: number
  ref: string
  uses: number
  usable_until_ms: number | null
  ends_ms: number | null
}

const eventColumns: Columns<Event> = {
  usr: 'bigint',
  id: 'text',
  type: 'text',
  at_ms: 'bigint',
  raw: 'text',
  credit: 'bigint',
  ref: 'text',
  uses: 'int',
  usable_until_ms: 'bigint',
  ends_ms: 'bigint',
}

/**
 * A user whose row did not change since the statement's snapshot has recorded no event since, so
 * that the counts are right. Locked users are left out, since waiting for one would hold the
 * others' rows. Written rows are joined with nothing: the planner takes them for one row, and would
 * compare each with each.
 */
export const recordMany = `
WITH batch AS (${manyRows(batchColumns)}),
event AS (${manyRows(eventColumns, Object.keys(batchColumns).length)}),
allowed AS (
  SELECT batch.*, users.below_minimum, users.app,
    (SELECT watched FROM apps WHERE apps.app = users.app) AS watched
  FROM batch JOIN users AS seen ON seen.usr = batch.usr JOIN users ON users.usr = batch.usr
  WHERE users.day = seen.day AND users.events_of_day = seen.events_of_day
    AND users.open_id IS NOT NULL
    AND (users.asked_until_ms IS NULL OR users.asked_until_ms <= now_ms)
    AND CASE users.day WHEN today THEN users.events_of_day ELSE 0 END + size <= per_day
    AND (keep_live IS NULL OR keep_live >= size + (
      SELECT count(*) FROM credits
      WHERE credits.usr = batch.usr AND credits.kind = batch.kind AND uses_left > 0 AND reserved = 0
        AND usable_until_ms > now_ms))
  FOR UPDATE OF users SKIP LOCKED
),
fresh AS (
  SELECT event.*, now_ms, today, kind, below_minimum, app, watched,
    (SELECT 1 FROM credits
     WHERE credits.usr = event.usr AND credits.id = event.credit) IS NULL AS is_new
  FROM event JOIN allowed USING (usr)
  WHERE (SELECT 1 FROM events WHERE events.usr = event.usr AND events.id = event.id) IS NULL
),
written AS (
  INSERT INTO events (usr, id, recorded, type, at_ms, received_ms, raw)
  SELECT usr, id, true, type, at_ms, now_ms, raw FROM fresh
),
recorded AS (
  INSERT INTO credits (usr, id, kind, ref, uses_left, below_minimum, usable_until_ms, ends_ms)
  SELECT usr, credit, kind, ref, uses, below_minimum, usable_until_ms, ends_ms
  FROM fresh WHERE is_new
),
history AS (
  INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta, at_ms)
  SELECT usr, credit, 1, ${changeCode.of('recorded')}, uses, 0, now_ms FROM fresh WHERE is_new
),
told AS (
  INSERT INTO new_changes (app, type, usr, subject, at_ms, detail)
  SELECT app, ${changeTypeCode.of('credit.recorded')}, usr, credit, now_ms,
    json_build_object('kind', kind, 'uses', uses, 'endsAtMs', ends_ms)
  FROM fresh WHERE is_new AND ${isWatched('watched', 'credit.recorded')}
),
counted AS (
  UPDATE users SET day = sum.today,
    events_of_day = CASE users.day WHEN sum.today THEN users.events_of_day ELSE 0 END + sum.added
  FROM (SELECT usr, today, count(*)::int AS added FROM fresh GROUP BY usr, today) AS sum
  WHERE users.usr = sum.usr
)
SELECT nth, is_new AS "isNew" FROM fresh`

/**
 * Whether each event reports one new credit without a tag, all of one kind: mostly forms, as phones
 * collect them.
 */
export function isPlain({ events }: Ingest): boolean {
  const [first] = events.map(creditOf)
  if (!first || !['form', 'payment'].includes(first.kind)) return false
  const refs = new Set<string>()
  const ids = new Set<string>()
  for (const event of events) {
    if (event.record.type === 'credits' && event.record.tag !== undefined) return false
    const credit = creditOf(event)
    if (!credit || credit.kind !== first.kind || credit.keepLive !== first.keepLive) return false
    if (event.stale || credit.addsUp || credit.uses === null) return false
    refs.add(credit.ref)
    ids.add(event.id)
  }
  return refs.size === events.length && ids.size === events.length
}

function creditOf({ record }: DecodedEvent): NewCredit | undefined {
  return record.type === 'credits' && record.credits.length === 1 ? record.credits[0] : undefined
}

/** The results of each batch; `undefined`: the event is left. At most one batch of each user. */
export async function recordFast(
  sql: AsyncSql,
  inputs: readonly Ingest[],
): Promise<(EventResult | undefined)[][]> {
  const events = inputs.flatMap(({ user, events: own }) => own.map((one) => eventRow(user, one)))
  const rows = await run(sql, inputs.map(batchRow), events)
  const statuses = new Map(rows.map(({ nth, isNew }) => [nth, isNew ? 'accepted' : 'duplicate']))
  let nth = 0
  return inputs.map((input) =>
    input.events.map(({ id }) => {
      const status = statuses.get((nth += 1))
      return status === undefined ? undefined : ({ id, status } as EventResult)
    }),
  )
}

async function run(sql: AsyncSql, batches: Batch[], events: Event[]) {
  try {
    return await sql.all<{ nth: number; isNew: boolean }>(
      recordMany,
      ...valuesOfMany(batchColumns, batches),
      ...valuesOfMany(eventColumns, events),
    )
  } catch (error) {
    // A credit was recorded by itself, without an event, while the statement ran.
    if ((error as { code?: string }).code !== uniqueViolation) throw error
    throw new LostRaceError('Another transaction has recorded the credit.', { cause: error })
  }
}

const uniqueViolation = '23505'

const largestInt = 2 ** 31 - 1

function batchRow({ user, events, nowMs, eventsPerDay }: Ingest): Batch {
  const { kind, keepLive } = creditOf(events[0]!)!
  return {
    usr: user,
    size: events.length,
    today: dayOf(nowMs),
    per_day: Math.min(eventsPerDay, largestInt),
    now_ms: nowMs,
    kind: kindCode.of(kind),
    keep_live: keepLive ?? null,
  }
}

function eventRow(user: UserNumber, event: DecodedEvent): Event {
  const credit = creditOf(event)!
  return {
    usr: user,
    id: event.id,
    type: event.type,
    at_ms: event.atMs,
    raw: event.raw,
    credit: creditId(credit.kind, credit.ref),
    ref: credit.ref,
    uses: credit.uses!,
    usable_until_ms: credit.usableUntilMs,
    ends_ms: credit.endsAtMs,
  }
}
