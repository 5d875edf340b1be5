/**
 * A batch of ten credits over HTTP, durable, beside the same Koa app answering without a store, in one run.
 * The two take turns, so that a machine that slows down slows both; the ratio of each turn counts, not the rate.
 *
 *   npm run bench:ingest            five turns of five seconds
 *   npm run bench:ingest -- --quick one short turn, to see that it runs
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiKeys } from '../server/api-keys.ts'
import { createApp } from '../server/app.ts'
import { createApps } from '../server/apps.ts'
import { listen } from '../server/listen.ts'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import type { Session, Store, UserNumber } from '../server/store/store.ts'
import {
  createMonotonicClock,
  createSystemClock,
  silentLog,
  systemRandom,
} from '../server/world.ts'
import type { Services } from '../server/services.ts'
import { load } from './load.ts'
import { median, table } from './table.ts'

const quick = process.argv.includes('--quick')
const turns = quick ? 1 : 5
const seconds = quick ? 1 : 5
const connections = 64
const users = 1_000

const world = {
  clock: createSystemClock(),
  monotonic: createMonotonicClock(),
  random: systemRandom,
  log: silentLog,
}
const app = { appId: 'wxbench0000000000', secret: 'bench', edition: '2018' } as const

/** Only what `POST /v1/events` touches: the bench calls nothing else. */
function services(store: Pick<Store, 'ingest'>, sessionOf: (token: string) => Session): Services {
  const sessions: Partial<Services['sessions']> = {
    verify: async (token) => sessionOf(token),
    openKeys: async () => [],
  }
  const touched: Partial<Services> = {
    apps: createApps([app]),
    apiKeys: createApiKeys([]),
    store: store as Store,
    sessions: sessions as Services['sessions'],
    requestLimit: { take: async () => undefined },
    world,
  }
  return touched as Services
}

const folder = mkdtempSync(join(tmpdir(), 'wx-reach-bench-'))
const sqlite = createSqliteStore({ path: join(folder, 'bench.db'), world })
// Signed in at once, so that the writer commits them in groups.
const numbers: UserNumber[] = await Promise.all(
  Array.from({ length: users }, (_, n) => {
    const openId = `user-${n}`
    const nowMs = world.clock.now()
    return sqlite.signIn({
      appId: app.appId,
      openId,
      sealedKey: null,
      tokenHash: Buffer.from(openId),
      expiresAtMs: nowMs + 86_400_000,
      nowMs,
    })
  }),
)
const sessionOf = (token: string): Session => ({
  appId: app.appId,
  openId: token,
  user: numbers[Number(token.slice(5))]!,
  expiresAtMs: Infinity,
})

/** Answers what the store would, and keeps nothing. */
const noStore: Pick<Store, 'ingest'> = {
  ingest: async ({ events }) => events.map(({ id }) => ({ id, status: 'accepted' })),
}
/** The day's limit is not what is measured. */
const durable: Pick<Store, 'ingest'> = {
  ingest: (batch) => sqlite.ingest({ ...batch, eventsPerDay: Infinity }),
}

const loopback = { port: 0, host: '127.0.0.1' }
const withStore = await listen(createApp(services(durable, sessionOf)).callback(), loopback)
const without = await listen(createApp(services(noStore, sessionOf)).callback(), loopback)

let made = 0
function batchOfTen(): { token: string; body: string } {
  const at = Date.now()
  const events = Array.from({ length: 10 }, () => {
    made += 1
    const id = `bench-${String(made).padStart(10, '0')}`
    return { id, type: 'form.submitted', at, formId: `form-${made}`, page: 'pages/form/form' }
  })
  return { token: `user-${made % users}`, body: JSON.stringify({ sentAt: at, events }) }
}

try {
  const rows: { durable: number; bare: number }[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const bare = await load({ url: without.url, seconds, connections, next: batchOfTen })
    const stored = await load({ url: withStore.url, seconds, connections, next: batchOfTen })
    rows.push({ durable: stored, bare })
  }
  const ratios = rows.map((row) => row.durable / row.bare)
  table(
    ['turn', 'durable batches/s', 'without a store/s', 'ratio'],
    rows.map((row, turn) => [turn + 1, row.durable, row.bare, row.durable / row.bare]),
  )
  table(
    ['median of', 'durable batches/s', 'credits/s', 'ratio'],
    [
      [
        turns,
        median(rows.map((row) => row.durable)),
        10 * median(rows.map((row) => row.durable)),
        median(ratios),
      ],
    ],
  )
} finally {
  await withStore.close(1_000)
  await without.close(1_000)
  await sqlite.close()
  rmSync(folder, { recursive: true, force: true })
}
