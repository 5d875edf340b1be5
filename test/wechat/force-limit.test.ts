import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { forceRules } from '../../server/rules/tokens.ts'
import { StoreUnavailableError, type Store } from '../../server/store/store.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import { createForceLimit, createSharedForceLimit } from '../../server/wechat/token.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'

const appId = 'wx123456'
let world: FakeWorld
let store: Store
beforeEach(() => {
  world = createFakeWorld()
  store = createSqliteStore({ path: ':memory:', world })
})
afterEach(() => store.close())

const shared = (holder: string, over: Partial<Store> = {}) =>
  createSharedForceLimit({ appId, holder, world, store: { ...store, ...over } })
const lease = (holder: string) => store.leaseToken({ appId, holder, leaseMs: 60_000 })
const end = (holder: string) => store.endTokenLease({ appId, holder })

describe('the limit of force_refresh', () => {
  it('counts over the processes that share a token', async () => {
    await lease('a')
    expect(await shared('a')()).toBe(true)
    await end('a')
    await lease('b')
    const mayForce = shared('b')
    expect(await mayForce()).toBe(false)
    world.clock.advance(forceRules.apartMs)
    expect(await mayForce()).toBe(true)
  })

  it('counts in each process while the database is away', async () => {
    const away = async () => {
      throw new StoreUnavailableError('away')
    }
    const mayForce = shared('a', { forceToken: away })
    expect([await mayForce(), await mayForce()]).toEqual([true, false])
    expect(world.lines).toHaveLength(2)
  })

  it('ignores times that a process with a fast clock has written', async () => {
    const mayForce = createForceLimit(world.clock)
    world.clock.advance(48 * 3_600_000)
    expect(await mayForce()).toBe(true)
    world.clock.advance(-48 * 3_600_000)
    expect(await mayForce()).toBe(true)
  })
})
