/**
 * Servers that are killed under load, on every engine: nothing that was acknowledged is lost,
 * nothing happens twice.
 *
 *   npm run crash -- --kills 50 --engine PostgreSQL
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { engines, type EngineDatabase } from '../support/engines.ts'
import { seedOf } from '../support/seed.ts'
import { runUnderFailures, killOneByOne } from './run-under-failures.ts'

const seed = seedOf('CRASH_SEED')
const kills = Number(process.env.CRASH_KILLS || 10)
const timeoutMs = 240_000 + kills * 60_000

describe.each(engines)('servers killed under load, on $name', (engine) => {
  let database: EngineDatabase
  beforeEach(async () => void (database = await engine.createDatabase()))
  afterEach(() => database.drop())

  it.each(engine.processes === 2 ? [1, 2] : [1])(
    `lose nothing and do nothing twice: ${kills} kills, processes: %i (CRASH_SEED=${seed})`,
    async (processes) => {
      const counted = await runUnderFailures({
        database,
        processes,
        seed,
        disturb: (servers, world) => killOneByOne(servers, world, kills),
      })
      process.stderr.write(`${engine.name}, ${processes}: ${JSON.stringify(counted)}\n`)
      expect(counted.sent).toBeGreaterThan(kills)
      expect(counted.acknowledged).toBeGreaterThan(kills)
    },
    timeoutMs,
  )
})
