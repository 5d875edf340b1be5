/** As request-fuzz.test.ts, with six times as many requests. */
import { describe, expect, it } from '@jest/globals'
import { engines } from '../support/engines.ts'
import { seedOf } from '../support/seed.ts'
import { fuzzRequests } from './request-fuzz.ts'

const seed = seedOf('REQUEST_SEED')
const runs = Number(process.env.REQUEST_RUNS || 150)

describe.each(engines.map((engine) => [engine.name, engine] as const))('on %s', (_, engine) => {
  it(`no request, push or reply makes the server fail (REQUEST_SEED=${seed})`, async () => {
    expect(await fuzzRequests(engine, { seed, runs })).toEqual([])
  }, 3_600_000)
})
