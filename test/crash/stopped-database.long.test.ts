/** PostgreSQL stops at once and starts again, under servers that all write. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import { endLeases } from '../support/engines.ts'
import { createCluster, type Cluster } from '../support/postgres/cluster.ts'
import { runOn } from '../support/postgres/database.ts'
import { seedOf } from '../support/seed.ts'
import type { ServerProcesses } from './server-processes.ts'
import { runUnderFailures } from './run-under-failures.ts'

const seed = seedOf('CRASH_SEED')
const stops = Number(process.env.CRASH_STOPS || 4)

let cluster: Cluster
beforeEach(async () => void (cluster = await createCluster()), 60_000)
afterEach(() => cluster.drop(), 60_000)

/** The servers are not restarted: they reconnect by themselves. */
async function allReady(servers: ServerProcesses): Promise<void> {
  const urls = servers.urls()
  expect(urls).toHaveLength(servers.size)
  for (const url of urls) {
    while ((await fetch(`${url}/readyz`)).status !== 200) await wait(100)
  }
}

describe('a database that stops under load, on PostgreSQL', () => {
  it.each([2, 4])(
    `is answered with 503, and loses nothing: processes: %i, stops: ${stops} (CRASH_SEED=${seed})`,
    async (processes) => {
      const counted = await runUnderFailures({
        database: {
          url: cluster.url,
          open: () => createPostgresStore({ url: cluster.url }),
          endLeases: async () => void (await runOn(cluster.url, endLeases)),
        },
        processes,
        seed,
        async disturb(servers, { random }) {
          for (let stopped = 0; stopped < stops; stopped++) {
            await wait(random.between(1_000, 2_500))
            await cluster.stop()
            await wait(random.between(100, 1_200))
            await cluster.start()
          }
          await allReady(servers)
          await wait(1_000)
        },
      })
      process.stderr.write(`PostgreSQL stopped, ${processes}: ${JSON.stringify(counted)}\n`)
      expect(counted.away).toBeGreaterThan(0)
      expect(counted.sent).toBeGreaterThan(0)
      expect(counted.unanswered).toBe(0)
    },
    600_000,
  )
})
