/**
 * A broadcast with 64 calls in flight, compared with what the latency of WeChat allows; and the
 * opening of its recipients, compared with one INSERT … SELECT of the same rows in the raw driver.
 *
 *   npm run bench -- broadcast [--quick]
 *
 * BENCH_DATABASE_URL names an account that may create databases; default: postgres on this machine.
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { writePlan } from '../server/broadcasts/plan.ts'
import { createBroadcasting } from '../server/broadcasts/runner.ts'
import { createLedger, type Send } from '../server/ledger/send.ts'
import { broadcastRules, sendingRules } from '../server/rules/broadcasts.ts'
import { createApps } from '../server/runtime/apps.ts'
import { sha256 } from '../server/runtime/encoding.ts'
import { createPostgresStore } from '../server/store/postgres/store.ts'
import { addOpenKey } from '../server/store/sqlite/database.ts'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import type { BroadcastRow, Store } from '../server/store/store.ts'
import { quick, table } from './compare.ts'
import { temporaryFolder } from './filled-store.ts'
import { appId, createEmptyDatabase, run } from './postgres/database.ts'
import { world } from './server.ts'

const recipients = quick ? 20_000 : 1_000_000
const messages = quick ? 3_000 : 20_000
const latencyMs = 100
const app = { appId, secret: 'bench', edition: '2026' } as const

interface Side {
  name: string
  store: Store
  /** Runs statements in the raw driver. */
  execute(sql: string): Promise<void>
  close(): Promise<void>
}

const usersAndCredits = (numbers: string, key: { name: string; value: string }) => `
  INSERT INTO apps (app_id) VALUES ('${appId}');
  INSERT INTO users (usr, app, open_id${key.name})
    SELECT n * 97, 1, 'user-' || n${key.value} FROM ${numbers};
  INSERT INTO credits (usr, id, kind, ref, uses_left)
    SELECT usr, 7, 3, CASE WHEN usr <= ${messages * 97} THEN 'few' ELSE 'many' END, 1 FROM users`

async function onSqlite(): Promise<Side> {
  const path = join(temporaryFolder(), 'bench.db')
  await createSqliteStore({ path, world }).close()
  const total = recipients + messages
  const db = new DatabaseSync(path)
  addOpenKey(db)
  const numbers = `(WITH RECURSIVE s (n) AS
    (VALUES (1) UNION ALL SELECT n + 1 FROM s WHERE n < ${total}) SELECT n FROM s) AS s`
  const key = { name: ', open_key', value: `, open_key('user-' || n)` }
  db.exec(`PRAGMA synchronous = OFF; BEGIN; ${usersAndCredits(numbers, key)}; COMMIT`)
  db.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)')
  const store = createSqliteStore({ path, world })
  return {
    name: 'SQLite',
    store,
    execute: async (sql) => db.exec(sql),
    async close() {
      db.close()
      await store.close()
    },
  }
}

async function onPostgres(): Promise<Side> {
  const { url, drop } = await createEmptyDatabase()
  const numbers = `generate_series(1, ${recipients + messages}) AS n`
  await run(url, usersAndCredits(numbers, { name: '', value: '' }))
  await run(url, 'VACUUM ANALYZE users')
  await run(url, 'VACUUM ANALYZE credits')
  const store = createPostgresStore({ url })
  return {
    name: 'PostgreSQL',
    store,
    execute: (sql) => run(url, sql),
    async close() {
      await store.close()
      await drop()
    },
  }
}

async function create({ store }: Side, templateId: string): Promise<BroadcastRow> {
  const plan = {
    message: { channel: 'subscribe', templateId, data: { thing1: { value: '咖啡' } } },
    audience: { from: 'holders' },
  } as const
  const created = await store.createBroadcast({
    appId,
    id: `bc_${templateId}`,
    keyHash: sha256(templateId),
    bodyHash: sha256(templateId),
    plan: writePlan(plan),
    nowMs: world.clock.now(),
    from: 'holders',
  })
  if (created.was === 'conflict') throw new Error('The key is known.')
  return created.broadcast
}

/** @returns rows a second */
async function open(side: Side, templateId: string): Promise<number> {
  const { number } = await create(side, templateId)
  const step = broadcastRules.creditsPerStep
  const input = { broadcast: number, nowMs: world.clock.now(), ref: templateId, step }
  const startedAt = performance.now()
  while (await side.store.openAudience({ ...input, kinds: ['subscription'] }));
  return (1_000 * recipients) / (performance.now() - startedAt)
}

/** @returns rows a second */
async function openRaw(side: Side, templateId: string): Promise<number> {
  const startedAt = performance.now()
  await side.execute(
    `INSERT INTO broadcast_recipients (broadcast, usr)
     SELECT 1000000, usr FROM credits WHERE kind = 3 AND ref = '${templateId}' ORDER BY usr`,
  )
  return (1_000 * recipients) / (performance.now() - startedAt)
}

/** @returns messages a second, from the first call to the last settled outcome */
async function send(side: Side, templateId: string): Promise<number> {
  const { store } = side
  const row = await create(side, templateId)
  let startedAt = 0
  const call: Send = async () => {
    startedAt ||= performance.now()
    await wait(latencyMs)
    return { result: 'answered', errcode: 0, errmsg: 'ok', body: {} }
  }
  const senders = { template: call, subscribe: call, customer: call }
  const apps = createApps([app])
  const ledger = createLedger({ store, senders, world, apps })
  const broadcasting = createBroadcasting({ store, ledger, apps, world })
  const { signal } = new AbortController()
  for (;;) {
    const more = await broadcasting.run(signal)
    const { state, counts } = (await store.findBroadcast(appId, row.id))!
    if (state === 'done') {
      if (counts.sent !== messages) throw new Error(`${counts.sent} of ${messages} were sent.`)
      return (1_000 * messages) / (performance.now() - startedAt)
    }
    if (more === 'done') await wait(10)
  }
}

const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20)

for (const make of [onSqlite, onPostgres]) {
  const side = await make()
  try {
    const allowed = (1_000 * sendingRules.atOnce) / latencyMs
    const before = megabytes()
    const idle = process.cpuUsage()
    const rate = await send(side, 'few')
    const { user, system } = process.cpuUsage(idle)
    const afterFew = megabytes()
    const opened = await open(side, 'many')
    const afterMany = megabytes()
    const raw = await openRaw(side, 'many')
    table(
      [side.name, 'ours', 'peer', 'ratio', 'at least'],
      [
        [`messages/s, ${sendingRules.atOnce} in flight`, rate, allowed, rate / allowed, 0.9],
        ['ms of CPU a message', (user + system) / 1_000 / messages, '', '', 'no limit'],
        ['recipients opened/s', opened, raw, opened / raw, 0.5],
        [`MB, after ${messages} sent`, afterFew, before, afterFew / before, 'no limit'],
        [`MB, after ${recipients} opened`, afterMany, afterFew, afterMany / afterFew, 'no limit'],
      ],
    )
  } finally {
    await side.close()
  }
}
