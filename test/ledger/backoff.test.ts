import { afterEach, describe, expect, it } from '@jest/globals'
import { sendRules } from '../../server/rules/sending.ts'
import { backoffMs, type Random } from '../../server/runtime/world.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { Settle } from '../../server/store/store.ts'
import { createFixedRandom } from '../support/server/start-sandbox.ts'
import { answered, createLedgerFixture, type LedgerFixture } from './ledger-fixture.ts'

const { firstMs, capMs } = sendRules.backoff
const most: Random = (bytes) => Buffer.alloc(bytes, 255)
const failures = Array.from({ length: 30 }, (_, index) => index + 1)
const waits = (random: Random) => failures.map((n) => backoffMs(n, random, sendRules.backoff))

describe('the backoff between tries', () => {
  it('doubles from the first pause up to the cap, and never goes beyond', () => {
    const longest = waits(most)
    expect(longest.slice(0, 4)).toEqual([firstMs, 2 * firstMs, 4 * firstMs, 8 * firstMs])
    expect(longest.at(-1)).toBe(capMs)
    expect(Math.max(...longest)).toBe(capMs)
    for (const seed of ['one', 'two', 'three']) {
      waits(createFixedRandom(seed)).forEach((ms, index) => {
        expect(ms).toBeGreaterThanOrEqual(0)
        expect(ms).toBeLessThanOrEqual(longest[index]!)
      })
    }
  })

  it('differs for each seed, and spreads over the whole time', () => {
    const [one, two] = [waits(createFixedRandom('one')), waits(createFixedRandom('two'))]
    expect(one).not.toEqual(two)
    expect(one).toEqual(waits(createFixedRandom('one')))
    const random = createFixedRandom('many')
    const crowd = Array.from({ length: 400 }, () => backoffMs(20, random, sendRules.backoff))
    for (const quarter of [0, 1, 2, 3]) {
      const within = crowd.filter((ms) => Math.floor((ms / capMs) * 4) === quarter)
      expect(within.length).toBeGreaterThan(60)
    }
  })
})

describe('messages that WeChat answered as busy at the same time', () => {
  const fixtures: LedgerFixture[] = []
  afterEach(async () => {
    for (const { store } of fixtures.splice(0)) await store.close()
  })

  /** The delay of a message after each attempt, in a process with that seed. */
  async function dues(seed: string): Promise<number[]> {
    const delays: number[] = []
    const fixture = createLedgerFixture((world) => {
      world.random = createFixedRandom(seed)
      const store = createSqliteStore({ path: ':memory:', world })
      const settle = (input: Settle) => {
        if (input.message.state === 'queued') delays.push(input.message.dueInMs)
        return store.settle(input)
      }
      return { ...store, settle }
    })
    fixtures.push(fixture)
    await fixture.credit('f1')
    fixture.answers.push(...Array.from({ length: 6 }, () => answered(-1)))
    await fixture.send('1')
    for (const _ of [1, 2, 3, 4, 5]) {
      fixture.world.monotonic.advance(capMs)
      await fixture.ledger.resume()
    }
    return delays
  }

  it('are not tried again at the same time: each process waits for a random time', async () => {
    const [one, two] = [await dues('one'), await dues('two')]
    expect([one.length, two.length]).toEqual([6, 6])
    expect(one).not.toEqual(two)
    one.forEach((ms, index) => expect(ms).toBeLessThanOrEqual(firstMs * 2 ** index))
  })
})
