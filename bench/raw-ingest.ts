/** The peer of the ingest bench: the statements of the store, run by the driver alone. */
import { redactedJson } from '../server/events/read-event.ts'
import { newCredit } from '../server/ledger/record.ts'
import { ingest } from '../server/store/operations/events.ts'
import { openWriter, type Database } from '../server/store/sqlite/database.ts'
import { createSql, runSteps } from '../server/store/sqlite/sql.ts'
import type { DecodedEvent, UserNumber } from '../server/store/store.ts'
import { seconds, type Side } from './compare.ts'
import { fill } from './filled-store.ts'
import { app, world } from './server.ts'

type Prepared = ReturnType<Database['prepare']>
type Bound = string | number | null | Uint8Array
type Executed = { text: string; how: 'run' | 'get' | 'all'; values: Bound[] }

const batchesPerTransaction = 32

/**
 * Replays on its own filled database. The statements are recorded on another one, so that recording
 * does not warm the cache that replaying reads.
 */
export async function replay(
  paths: { replayed: string; recorded: string },
  credits: number,
): Promise<Side & { close(): void }> {
  const { users } = await fill(paths.replayed, credits)
  await fill(paths.recorded, credits)
  const db = openWriter(paths.replayed)
  const recorder = openWriter(paths.recorded)
  const executed: Executed[] = []
  const sql = createSql(
    { prepare: (text) => recordStatement(text, recorder.prepare(text), executed) },
    world.monotonic,
  )
  let made = 0

  /** The statements of each of `batches` new batches. */
  function record(batches: number): Executed[][] {
    recorder.exec('BEGIN')
    const each: Executed[][] = []
    for (let batch = 0; batch < batches; batch++) {
      made += 1
      const input = {
        appId: app.appId,
        user: (1 + Math.floor(Math.random() * users)) as UserNumber,
        nowMs: world.clock.now(),
        eventsPerDay: Infinity,
        events: Array.from({ length: 10 }, (_, n) => formEvent(made, n)),
      }
      runSteps(ingest(sql, input))
      each.push(executed.splice(0))
    }
    recorder.exec('COMMIT')
    return each
  }

  const prepared = new Map<string, ReturnType<typeof db.prepare>>()
  function execute({ text, how, values }: Executed): void {
    let statement = prepared.get(text)
    if (!statement) prepared.set(text, (statement = db.prepare(text)))
    statement[how](...values)
  }

  return {
    name: 'raw driver/s',
    async measure() {
      let spentMs = 0
      let done = 0
      while (spentMs < 1_000 * seconds) {
        const batches = record(batchesPerTransaction)
        const startedAt = performance.now()
        db.exec('BEGIN IMMEDIATE')
        for (const batch of batches) for (const statement of batch) execute(statement)
        db.exec('COMMIT')
        spentMs += performance.now() - startedAt
        done += batches.length
      }
      return (1_000 * done) / spentMs
    },
    close() {
      db.close()
      recorder.close()
    },
  }
}

/** A prepared statement that also adds each of its calls to `executed`. */
function recordStatement(text: string, statement: Prepared, executed: Executed[]): Prepared {
  const recorded =
    (how: Executed['how']) =>
    (...values: Bound[]) => {
      executed.push({ text, how, values })
      return statement[how](...values)
    }
  const calls = { run: recorded('run'), get: recorded('get'), all: recorded('all') }
  return calls as unknown as Prepared
}

function formEvent(batch: number, n: number): DecodedEvent {
  const nowMs = world.clock.now()
  const id = `raw-${String(batch).padStart(8, '0')}-${n}`
  const type = 'form.submitted' as const
  const event = { id, type, at: nowMs, formId: `form-${id}`, page: 'pages/form/form' } as const
  return {
    id,
    type,
    atMs: nowMs,
    raw: redactedJson(event),
    record: { type: 'credits', credits: [newCredit('form', event.formId, nowMs, '2018')] },
  }
}
