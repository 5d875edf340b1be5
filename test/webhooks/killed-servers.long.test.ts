/**
 * Servers that are killed under load, before a receiver that fails at random: it receives exactly
 * the events of the history, each at least once.
 *
 *   WEBHOOK_KILLS=50 npx jest --config jest.all.config.mjs test/webhooks/killed-servers
 */
import { setTimeout as wait } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { CreatedWebhookReply, WebhookEvent } from '../../shared/wire/index.ts'
import { messageId } from '../../server/store/rows.ts'
import { createRandom } from '../support/random.ts'
import { killOneByOne, runUnderFailures } from '../crash/run-under-failures.ts'
import { apiKey, apps } from '../crash/server-processes.ts'
import { engines, type EngineDatabase } from '../support/engines.ts'
import { runOn } from '../support/postgres/database.ts'
import { seedOf } from '../support/seed.ts'
import { startReceiver, type Receiver } from './receiver.ts'

const seed = seedOf('WEBHOOK_SEED')
const kills = Number(process.env.WEBHOOK_KILLS || 8)
const timeoutMs = 240_000 + kills * 60_000

async function rowsOf<Row>(url: string, sql: string): Promise<Row[]> {
  if (!url.startsWith('sqlite:')) return (await runOn(url, sql)) as Row[]
  const db = new DatabaseSync(url.slice('sqlite:'.length), { readOnly: true })
  try {
    return db.prepare(sql).all() as Row[]
  } finally {
    db.close()
  }
}

const words: Record<number, string> = { 2: 'sent', 3: 'refused', 4: 'unknown', 6: 'cancelled' }

/** What happened, by the ledger's own tables. */
async function historyOf(url: string) {
  const credits = await rowsOf<{ who: string; count: number }>(
    url,
    `SELECT open_id AS who, count(*) AS count FROM credit_history JOIN users USING (usr)
     WHERE change IN (1, 9) GROUP BY open_id`,
  )
  const messages = await rowsOf<{ usr: number; id: number; state: number }>(
    url,
    'SELECT usr, id, state FROM messages WHERE state IN (2, 3, 4, 6)',
  )
  return {
    credits: new Map(credits.map(({ who, count }) => [who, Number(count)])),
    messages: new Map<string, string>(
      messages.map(({ usr, id, state }) => [messageId(Number(usr), Number(id)), words[state]!]),
    ),
  }
}

type EventOf<Type extends WebhookEvent['type']> = Extract<WebhookEvent, { type: Type }>

/** What was received, each event once. */
function toldOf({ received }: Receiver) {
  const events = [...new Map(received.map(({ id, event }) => [id, event])).values()]
  const of = <Type extends WebhookEvent['type']>(type: Type) =>
    events.filter((event): event is EventOf<Type> => event.type === type)
  const credits = new Map<string, number>()
  for (const { data } of of('credit.recorded')) {
    credits.set(data.openId!, (credits.get(data.openId!) ?? 0) + 1)
  }
  const messages = new Map<string, string[]>()
  for (const { data } of of('message.settled')) {
    messages.set(data.messageId, [...(messages.get(data.messageId) ?? []), data.state])
  }
  return { events, credits, messages }
}

const sumOf = (counts: Iterable<number>) => [...counts].reduce((sum, count) => sum + count, 0)

describe.each(engines)('webhooks of servers killed under load, on $name', (engine) => {
  let database: EngineDatabase
  let receiver: Receiver
  let isCalm: boolean
  const random = createRandom(seed)
  beforeEach(async () => {
    database = await engine.createDatabase()
    isCalm = false
    receiver = await startReceiver((reply) => {
      const luck = isCalm ? 9 : random.below(10)
      if (luck < 3) reply.writeHead(500).end()
      else if (luck === 3) reply.destroy()
      else reply.writeHead(204).end()
    })
  })
  afterEach(async () => {
    await receiver.close()
    await database.drop()
  })

  it.each(engine.processes === 2 ? [1, 2] : [1])(
    `receive the history, and nothing else: ${kills} kills, processes: %i (WEBHOOK_SEED=${seed})`,
    async (processes) => {
      await runUnderFailures({
        database,
        processes,
        seed,
        async prepare({ retry }) {
          const events = ['credit.recorded', 'message.settled']
          for (const { appId } of apps) {
            const asked = { token: apiKey, body: { url: receiver.url, events } }
            await retry<CreatedWebhookReply>(`POST /v1/webhooks?appId=${appId}`, asked)
          }
        },
        async disturb(servers, world) {
          await killOneByOne(servers, world, kills)
          // The last restart, or the end of all leases, makes due what waits for its next try.
          isCalm = true
        },
        async follow() {
          for (; ; await wait(200)) {
            const history = await historyOf(database.url)
            const told = toldOf(receiver)
            const isTold = [...history.messages.keys()].every((id) => told.messages.has(id))
            if (isTold && sumOf(told.credits.values()) >= sumOf(history.credits.values())) return
          }
        },
      })
      const history = await historyOf(database.url)
      const told = toldOf(receiver)
      expect(told.credits).toEqual(history.credits)
      expect(new Set(told.messages.keys())).toEqual(new Set(history.messages.keys()))
      for (const [id, states] of told.messages) {
        // A message that was `unknown` may have been decided later: an event each.
        expect(states.filter((state) => state !== 'unknown').length).toBeLessThanOrEqual(1)
        expect(states).toContain(history.messages.get(id))
        expect(new Set(states).size).toBe(states.length)
      }
      const { length: requests } = receiver.received
      const counted = { requests, events: told.events.length, messages: told.messages.size }
      process.stderr.write(`${engine.name}, ${processes}: ${JSON.stringify(counted)}\n`)
      expect(counted.messages).toBeGreaterThan(kills)
      expect(requests).toBeGreaterThan(counted.events)
    },
    timeoutMs,
  )
})
