/**
 * What a credit takes on the disk, with its event and its history, and what the server takes of memory when it holds a
 * million: told, without a limit.
 *
 *   npm run bench -- footprint [--quick]
 */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { redactedJson } from '../server/events/read-event.ts'
import { newCredit } from '../server/ledger/record.ts'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import type { DecodedEvent } from '../server/store/store.ts'
import { temporaryFolder } from './folder.ts'
import { app, benchServices, world } from './services.ts'
import { serve } from './serving.ts'
import { table } from './table.ts'
import { quick } from './turns.ts'

const users = quick ? 2_000 : 200_000
const creditsEach = 5
const atOnce = 500

const path = join(temporaryFolder(), 'bench.db')
const store = createSqliteStore({ path, world })
const nowMs = world.clock.now()

async function record(n: number): Promise<void> {
  const openId = `o6_bmjrPTlm6_2sgVt7hMZ${String(n).padStart(6, '0')}`
  const tokenHash = world.random(32)
  const expiresAtMs = nowMs + 86_400_000
  const user = await store.signIn({
    appId: app.appId,
    openId,
    sealedKey: null,
    tokenHash,
    expiresAtMs,
    nowMs,
  })
  const events = Array.from({ length: creditsEach }, () => formEvent())
  await store.ingest({ appId: app.appId, user, nowMs, eventsPerDay: 2_000, events })
}

/** As long as the real ones are: 32 characters of a formId, 22 of an event's id. */
function formEvent(): DecodedEvent {
  const id = world.random(16).toString('base64url')
  const formId = world.random(16).toString('hex')
  const event = { id, type: 'form.submitted', at: nowMs, formId, page: 'pages/form/form' } as const
  const credits = [newCredit('form', formId, nowMs, '2018')]
  return {
    id,
    type: event.type,
    atMs: nowMs,
    raw: redactedJson(event),
    record: { type: 'credits', credits },
  }
}

for (let from = 0; from < users; from += atOnce) {
  await Promise.all(
    Array.from({ length: Math.min(atOnce, users - from) }, (_, n) => record(from + n)),
  )
}
const filled = statSync(path).size + statSync(`${path}-wal`).size
const serving = await serve('', benchServices(store), 'events', users)
await serving.measure(0)
const memory = readFileSync('/proc/self/status', 'utf8')
const megabytes = (name: string) =>
  Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(memory)![1]) / 1024)
table(
  ['credits', 'bytes a credit', 'memory of its own, MB', 'of the file, mapped, MB'],
  [[users * creditsEach, filled / users / creditsEach, megabytes('RssAnon'), megabytes('RssFile')]],
)
await serving.close()
await store.close()
