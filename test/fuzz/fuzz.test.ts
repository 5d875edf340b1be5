import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { fuzz, maxGrowthBytes, maxMs, type FuzzOptions } from './fuzz.ts'
import type { FuzzTarget } from './targets/target.ts'
import { targets } from './targets/targets.ts'

/** `npm run fuzz` takes others. */
const seed = 1

describe('what reads the input of others', () => {
  it.each(targets.map((target): [string, FuzzTarget] => [target.name, target]))(
    'keeps its promises, and its target meets each of its outcomes: %s',
    async (_, target) => {
      const report = await fuzz(target, { seed, limit: { inputs: 1_500 } })
      expect(report.failure).toBeUndefined()
      expect(Object.keys(report.outcomes).sort()).toEqual([...target.outcomes].sort())
    },
  )
})

/** Reads whole numbers. */
const numbers = (read: (input: number) => string): FuzzTarget<number> => ({
  name: 'numbers',
  inputs: fc.integer({ min: 0, max: 999 }),
  read,
  outcomes: ['fine'],
})
const run = (read: (input: number) => string, options: Partial<FuzzOptions> = {}) =>
  fuzz(numbers(read), { seed, limit: { inputs: 1_000 }, ...options })

function throwAbove(limit: number): (input: number) => string {
  return (input) => {
    if (input > limit) throw new RangeError(`${input} is over ${limit}`)
    return 'fine'
  }
}

describe('a run of the fuzzer', () => {
  it('counts inputs and outcomes', async () => {
    expect(await run(() => 'fine')).toMatchObject({ inputs: 1_000, outcomes: { fine: 1_000 } })
  })

  it('ends after its time', async () => {
    let nowMs = 0
    const options = { limit: { seconds: 3 }, now: () => (nowMs += 500) }
    expect((await run(() => 'fine', options)).inputs).toBeGreaterThan(0)
    expect(nowMs).toBeLessThan(10_000)
  })

  it('reports an exception with its input, a smaller one, and the seed of its round', async () => {
    const { failure, inputs } = await run(throwAbove(990))
    expect(failure).toMatchObject({ smallest: '991' })
    expect(failure!.message).toMatch(/^RangeError: \d+ is over 990/)
    const { failure: again, inputs: sooner } = await run(throwAbove(990), { seed: failure!.seed })
    expect(again).toEqual({ ...failure, message: again!.message })
    expect(sooner).toBeLessThanOrEqual(Math.min(inputs, 200))
  })

  it('reports an outcome that is not among those of its target', async () => {
    const { failure } = await run((input) => (input === 500 ? 'odd' : 'fine'), {
      limit: { inputs: 20_000 },
    })
    expect(failure).toMatchObject({ input: '500', smallest: '500' })
    expect(failure!.message).toContain('no page promises: odd')
  })

  /** A timer by which each reading takes what the function says. */
  const timer = (tookMs: () => number) => ({ startTimer: () => tookMs })

  it('reports an input that is slow each time', async () => {
    const { failure } = await run(
      () => 'fine',
      timer(() => maxMs + 1),
    )
    expect(failure!.message).toContain(`Takes ${maxMs + 1} ms`)
  })

  it('accepts an input that is slow once: the machine was', async () => {
    let reading = 0
    const report = await run(
      () => 'fine',
      timer(() => (reading++ === 500 ? maxMs + 1 : 1)),
    )
    expect(report).toMatchObject({ inputs: 1_000, slowestMs: 1 })
    expect(report.failure).toBeUndefined()
  })

  it('shows memory that grows, and needs a collector for it', async () => {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    const kept: Buffer[] = []
    const keep = () => (kept.push(Buffer.alloc(100_000)), 'fine')
    expect((await run(keep, { gc })).growthBytes).toBeGreaterThan(maxGrowthBytes)
    const allocate = () => (Buffer.alloc(100_000).length > 0 ? 'fine' : 'odd')
    expect((await run(allocate, { gc })).growthBytes).toBeLessThan(maxGrowthBytes)
    expect((await run(keep)).growthBytes).toBeUndefined()
  })
})
