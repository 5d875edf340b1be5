/** What the store says to SQLite for a batch, said by the driver alone. */
import { redactedJson } from '../server/events/read-event.ts'
import { newCredit } from '../server/ledger/record.ts'
import { openWriter } from '../server/store/sqlite/database.ts'
import { ingest } from '../server/store/sqlite/events.ts'
import { createStatements } from '../server/store/sqlite/statements.ts'
import type { Statements, Value } from '../server/store/sqlite/statements.ts'
import type { DecodedEvent, UserNumber } from '../server/store/store.ts'
import { fill } from './filled.ts'
import { app, world } from './services.ts'
import { seconds } from './turns.ts'
import type { Side } from './turns.ts'

type Said = { text: string; how: 'run' | 'get' | 'all'; values: Value[] }

const batchesATransaction = 32

/**
 * On a database of its own, filled like the other. What is said is noted on yet another one, so that neither finds
 * its pages in a cache that the noting has warmed.
 */
export async function replay(
  paths: { replayed: string; noted: string },
  credits: number,
): Promise<Side & { close(): void }> {
  const { users } = await fill(paths.replayed, credits)
  await fill(paths.noted, credits)
  const db = openWriter(paths.replayed)
  const notes = openWriter(paths.noted)
  const statements = createStatements(notes, { nowMs: 0 })
  let made = 0

  /** The statements of so many new batches. */
  function listen(batches: number): Said[][] {
    const said: Said[] = []
    const noting = (<Row>(text: string) => {
      const statement = statements<Row>(text)
      const note =
        <Result>(how: Said['how'], act: (...values: Value[]) => Result) =>
        (...values: Value[]): Result => {
          said.push({ text, how, values })
          return act(...values)
        }
      const { run, get, all } = statement
      return { run: note('run', run), get: note('get', get), all: note('all', all) }
    }) as Statements
    notes.exec('BEGIN')
    const each = Array.from({ length: batches }, () => {
      made += 1
      ingest(noting, {
        appId: app.appId,
        user: (1 + Math.floor(Math.random() * users)) as UserNumber,
        nowMs: world.clock.now(),
        eventsPerDay: Infinity,
        events: Array.from({ length: 10 }, (_, n) => formEvent(made, n)),
      })
      return said.splice(0)
    })
    notes.exec('COMMIT')
    return each
  }

  const prepared = new Map<string, ReturnType<typeof db.prepare>>()
  function say({ text, how, values }: Said): void {
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
        const batches = listen(batchesATransaction)
        const startedAt = performance.now()
        db.exec('BEGIN IMMEDIATE')
        for (const batch of batches) for (const said of batch) say(said)
        db.exec('COMMIT')
        spentMs += performance.now() - startedAt
        done += batches.length
      }
      return (1_000 * done) / spentMs
    },
    close() {
      db.close()
      notes.close()
    },
  }
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
