import { beforeEach, describe, expect, it } from '@jest/globals'
import { createApiKeys } from '../../server/http/callers.ts'
import { apiKeyRules } from '../../server/rules/api-keys.ts'
import { minute } from '../../server/rules/time.ts'
import type { ApiKeyRow } from '../../server/store/store.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'

const scopes = ['read'] as const
const secret = `${apiKeyRules.prefix}${'A'.repeat(43)}`
const row: ApiKeyRow = { id: 'key_1', name: 'the shop', scopes, createdAtMs: 0 }

let world: FakeWorld
let stored: ApiKeyRow | undefined
let lookUps: number
let uses: number[]
beforeEach(() => {
  world = createFakeWorld()
  stored = row
  lookUps = 0
  uses = []
})

const create = () =>
  createApiKeys({
    keys: [{ key: 'the-key', scopes }],
    world,
    store: {
      async findApiKey() {
        lookUps += 1
        return stored
      },
      touchApiKey: async ({ atMs }) => void uses.push(atMs - world.clock.now()),
    },
  })
const idOf = async (found: ReturnType<ReturnType<typeof create>['find']>) => (await found)?.id

describe('an API key of the environment', () => {
  it('has an id that stays the same over restarts and holds nothing of the key', () => {
    const [first, restarted] = [create(), create()].map((keys) => keys.configured[0]!)
    expect(first!.id).toMatch(/^env_[0-9a-f]{8}$/)
    expect(restarted).toEqual(first)
    const keys = [{ key: 'another', scopes }]
    const { configured } = createApiKeys({ keys, world, store: {} as never })
    expect(configured[0]!.id).not.toBe(first!.id)
  })

  it('is found without a look at the database, and so is what can be no key', async () => {
    const keys = create()
    expect(await idOf(keys.find('the-key'))).toBe(keys.configured[0]!.id)
    for (const wrong of ['the-kez', '', `${secret}A`, secret.slice(1), 'x'.repeat(47)]) {
      expect(keys.find(wrong)).toBeUndefined()
    }
    expect(lookUps).toBe(0)
  })
})

describe('an API key of the database', () => {
  it('is looked up once in five seconds, also by many requests at once', async () => {
    const keys = create()
    const all = await Promise.all(Array.from({ length: 20 }, () => idOf(keys.find(secret))))
    expect(new Set(all)).toEqual(new Set(['key_1']))
    world.monotonic.advance(4_999)
    // Without a promise, as on the way of every request.
    expect(keys.find(secret)).toMatchObject({ id: 'key_1' })
    expect(lookUps).toBe(1)
    world.monotonic.advance(1)
    await keys.find(secret)
    expect(lookUps).toBe(2)
  })

  it('is refused within ten seconds after another process revoked it', async () => {
    const keys = create()
    await keys.find(secret)
    stored = undefined
    world.monotonic.advance(5_000)
    expect(await keys.find(secret)).toBeUndefined()
  })

  it('is refused at once where it was revoked, and from its end on', async () => {
    const keys = create()
    await keys.find(secret)
    stored = undefined
    keys.forget('key_2')
    expect(await keys.find(secret)).toBeDefined()
    keys.forget('key_1')
    expect(await keys.find(secret)).toBeUndefined()

    stored = { ...row, expiresAtMs: world.clock.now() + 1_000 }
    expect(await keys.find(secret)).toBeDefined()
    world.clock.advance(1_000)
    expect(await keys.find(secret)).toBeUndefined()
  })

  it('has its use written at once, and then once a minute', async () => {
    const keys = create()
    for (let second = 0; second < 90; second += 1) {
      await keys.find(secret)
      world.clock.advance(1_000)
    }
    expect(uses).toEqual([0, 0])
    stored = { ...row, usedAtMs: world.clock.now() - minute + 1 }
    await create().find(secret)
    expect(uses).toEqual([0, 0])
  })

  it('is not remembered when it is unknown', async () => {
    const keys = create()
    stored = undefined
    expect(await keys.find(secret)).toBeUndefined()
    stored = row
    expect(await keys.find(secret)).toBeDefined()
  })
})
