/**
 * Disk space of a credit with its event and its history, and memory of a server whose database
 * holds a million credits. Neither has a limit.
 *
 *   npm run bench -- footprint [--quick]
 */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { redactedJson } from '../server/events/read-event.ts'
import { newCredit } from '../server/ledger/record.ts'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { day } from '../server/rules/time.ts'
import type { DecodedEvent } from '../server/store/store.ts'
import { table, quick } from './compare.ts'
import { temporaryFolder } from './filled-store.ts'
import { app, benchServices, world, serve } from './server.ts'

const users = quick ? 2_000 : 200_000
const creditsEach = 5
const atOnce = 500

const path = join(temporaryFolder(), 'bench.db')
const store = createSqliteStore({ path, world })
const nowMs = world.clock.now()

async function record(n: number): Promise<void> {
  const openId = `o6_bmjrPTlm6_2sgVt7hMZ${String(n).padStart(6, '0')}`
  const tokenHash = world.random(32)
  const expiresAtMs = nowMs + day
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

/** A formId of 32 characters and an event id of 22, as real ones have. */
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
const fileBytes = statSync(path).size + statSync(`${path}-wal`).size
const serving = await serve('', benchServices(store), 'events', users)
await serving.measure(0)
const memory = readFileSync('/proc/self/status', 'utf8')
const megabytes = (name: string) =>
  Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(memory)![1]) / 1024)
table(
  ['credits', 'bytes a credit', 'memory of its own, MB', 'of the file, mapped, MB'],
  [
    [
      users * creditsEach,
      fileBytes / users / creditsEach,
      megabytes('RssAnon'),
      megabytes('RssFile'),
    ],
  ],
)
await serving.close()
await store.close()
