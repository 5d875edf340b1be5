/**
 * Servers are killed while they broadcast, on every engine and with faults of WeChat: nobody is
 * lost, nobody is sent to twice, nor at all who is held out, and the sums are those of the
 * recipients.
 *
 *   BROADCAST_KILLS=50 npx jest --config jest.all.config.mjs test/broadcasts/broadcast-kills
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { newCredit } from '../../server/ledger/record.ts'
import type { RecipientRow, Store } from '../../server/store/store.ts'
import type { Broadcast, BroadcastWithCounts } from '../../shared/wire/index.ts'
import { createClient } from '../crash/client.ts'
import { apiKey, apps, createServerProcesses } from '../crash/server-processes.ts'
import { expectSums } from '../store/sums.ts'
import { engines, type EngineDatabase } from '../support/engines.ts'
import { createRandom } from '../support/random.ts'
import { seedOf } from '../support/seed.ts'
import { startCalledWechat, type CalledWechat } from './called-wechat.ts'

const seed = seedOf('BROADCAST_SEED')
const kills = Number(process.env.BROADCAST_KILLS || 6)
const timeoutMs = 240_000 + kills * 60_000
const { appId, edition } = apps[1]
const templateId = 'S1xYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc0'

describe.each(engines)('servers killed while they broadcast, on $name', (engine) => {
  let database: EngineDatabase
  let wechat: CalledWechat
  const random = createRandom(seed)
  beforeEach(async () => {
    database = await engine.createDatabase()
    wechat = await startCalledWechat(random)
  })
  afterEach(async () => {
    await wechat.close()
    await database.drop()
  })

  async function withStore<Result>(use: (store: Store) => Promise<Result>): Promise<Result> {
    const store = database.open()
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }

  async function recordCredits(users: readonly string[]): Promise<void> {
    const nowMs = Date.now()
    const credit = newCredit('subscription', templateId, nowMs, edition)
    await withStore(async (store) => {
      for (let n = 0; n < users.length; n += 50) {
        const some = users.slice(n, n + 50)
        const record = (openId: string) => store.recordCredit({ appId, openId, nowMs, credit })
        await Promise.all(some.map(record))
      }
    })
  }

  async function findAll(store: Store, id: string): Promise<RecipientRow[]> {
    const { number } = (await store.findBroadcast(appId, id))!
    const all: RecipientRow[] = []
    let cursor: string | undefined
    do {
      const page = await store.findRecipients(number, { limit: 500, ...(cursor && { cursor }) })
      all.push(...page.recipients)
      ;({ cursor } = page)
    } while (cursor !== undefined)
    return all
  }

  /** Each recipient has what their message has, and their right was spent for it alone. */
  async function check(id: string, users: readonly string[]): Promise<void> {
    await withStore(async (store) => {
      const recipients = await findAll(store, id)
      expect(recipients.map(({ openId }) => openId).sort()).toEqual(users.toSorted())
      const { counts, state } = (await store.findBroadcast(appId, id))!
      const count = (of: string) => recipients.filter((one) => one.state === of).length
      expect({ state, counts }).toEqual({
        state: 'done',
        counts: {
          recipients: users.length,
          waiting: 0,
          sent: count('sent'),
          refused: 0,
          unknown: count('unknown'),
          heldOut: count('heldOut'),
        },
      })
      const spentOf = async (openId: string) => {
        const history = await store.findHistory(appId, openId)
        return history.flatMap(({ change, message }) => (change === 'spent' ? [message] : []))
      }
      for (const { state: of, openId, messageId } of recipients) {
        const taken = wechat.taken.get(openId!) ?? 0
        const most = { sent: 1, unknown: taken % 2 }[of as string] ?? 0
        expect([openId, of, taken]).toEqual([openId, of, most])
        const isHeldOut = of === 'heldOut'
        expect([openId, await spentOf(openId!)]).toEqual([openId, isHeldOut ? [] : [messageId]])
        const message = messageId && (await store.findMessage(appId, messageId))
        const expected = isHeldOut ? undefined : { openId, state: of }
        expect(message && { openId: message.openId, state: message.state }).toEqual(expected)
      }
      for (const openId of users.slice(0, 20)) await expectSums(store, appId, openId)
    })
  }

  it.each(engine.processes === 1 ? [1] : [1, 3])(
    `lose nobody and send nobody two: ${kills} kills, processes: %i (BROADCAST_SEED=${seed})`,
    async (processes) => {
      const users = Array.from(
        { length: kills * (processes === 1 ? 150 : 400) },
        (_, n) => `user-${String(n).padStart(6, '0')}`,
      )
      await recordCredits(users)
      const servers = createServerProcesses({
        size: processes,
        database: database.url,
        wechat: wechat.url,
      })
      const startAll = () =>
        Promise.all(Array.from({ length: processes }, (_, n) => servers.start(n)))
      const { retry } = createClient(servers, random)
      try {
        await startAll()
        const { body } = await retry<Broadcast>(`POST /v1/broadcasts?appId=${appId}`, {
          token: apiKey,
          headers: { 'Idempotency-Key': 'to-all' },
          body: {
            channel: 'subscribe',
            templateId,
            data: { thing1: { value: '咖啡' } },
            audience: { from: 'holders' },
            holdout: 10,
            // Slow enough that some are left for the last kill where servers start slowly.
            perMinute: processes === 1 ? 3_600 : 3_000,
          },
        })
        const at = `GET /v1/broadcasts/${body.id}?appId=${appId}`
        const look = async () => (await retry<BroadcastWithCounts>(at, { token: apiKey })).body
        for (let killed = 0; killed < kills; killed++) {
          const { size } = wechat.taken
          for (let tried = 0; tried < 40 && wechat.taken.size === size; tried++) await wait(250)
          await wait(random.below(900))
          await servers.kill(killed % processes)
          await servers.start(killed % processes)
        }
        const { counts: killed } = await look()
        const out = wechat.taken.size
        for (let n = 0; n < processes; n++) await servers.kill(n)
        await database.endLeases()
        await startAll()
        while ((await look()).state !== 'done') await wait(250)
        await servers.stop()
        await check(body.id, users)
        const [most] = [...wechat.taken.values()].sort((a, b) => b - a)
        expect(most).toBe(1)
        const { counts } = await withStore(
          async (store) => (await store.findBroadcast(appId, body.id))!,
        )
        process.stderr.write(
          `${engine.name}, ${processes}: ${JSON.stringify({ killed, counts })}\n`,
        )
        // Some were left for the kills to meet, and some went out between them.
        expect(killed.waiting).toBeGreaterThan(0)
        expect(out).toBeGreaterThan(kills)
        expect(counts.sent).toBeGreaterThan(users.length / 2)
        expect(counts.heldOut).toBeGreaterThan(0)
      } catch (error) {
        process.stderr.write(`${servers.output().split('\n').slice(-30).join('\n')}\n`)
        throw error
      } finally {
        await Promise.allSettled(Array.from({ length: processes }, (_, n) => servers.kill(n)))
      }
    },
    timeoutMs,
  )
})
