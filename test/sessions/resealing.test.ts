import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createSeal } from '../../server/crypto/seal.ts'
import { systemRandom } from '../../server/runtime/world.ts'
import { createResealing, type OtherSeals } from '../../server/sessions/resealing.ts'
import type { Store } from '../../server/store/store.ts'
import { appId, hashOf, signIn } from '../store/builders.ts'
import { engines, type EngineDatabase } from '../support/engines.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'

const [oldKey, newKey, otherKey] = [3, 4, 5].map((byte) => Buffer.alloc(32, byte)) as [
  Buffer,
  Buffer,
  Buffer,
]
const readPerStep = 4
const sealUnder = (...keys: Buffer[]) => createSeal(keys, systemRandom)

describe.each(engines)('session keys on $name', (engine) => {
  let database: EngineDatabase
  let store: Store
  let world: FakeWorld
  let walked: OtherSeals[]

  beforeAll(async () => {
    database = await engine.createDatabase()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    store = database.open()
    await store.ready()
    world = createFakeWorld()
    walked = []
  })
  afterEach(async () => {
    await store.close()
    await database.empty()
  })

  const resealing = (...keys: Buffer[]) =>
    createResealing({
      store,
      seal: sealUnder(...keys),
      appIds: [appId],
      world,
      readPerStep,
      onWalk: (left) => walked.push(left),
    })
  const walk = (...keys: Buffer[]) => resealing(...keys).run(new AbortController().signal)

  async function grant(secretKey: Buffer, count: number, name: string): Promise<void> {
    const users = Array.from({ length: count }, (_, n) => `${name}-${n}`)
    const seal = sealUnder(secretKey)
    await Promise.all(
      users.map((openId) => {
        const sealedKey = seal.seal(Buffer.from(openId), { appId, openId })
        return store.signIn(signIn(openId, { sealedKey, tokenHash: hashOf(openId) }))
      }),
    )
  }
  async function openedUnder(secretKey: Buffer, openId: string): Promise<string | undefined> {
    const user = (await store.findUser(appId, openId))!
    const [sealed] = await store.findSessionKeys(user, 0)
    return sealUnder(secretKey).open(sealed!, { appId, openId })?.toString()
  }

  it('are sealed again under the newest secret key, each once', async () => {
    const count = 2 * readPerStep + 3
    await grant(oldKey, count, 'old')
    await grant(newKey, 1, 'new')
    await walk(newKey, oldKey)
    for (const openId of ['old-0', `old-${count - 1}`, 'new-0']) {
      expect(await openedUnder(newKey, openId)).toBe(openId)
      expect(await openedUnder(oldKey, openId)).toBeUndefined()
    }
    expect(walked).toEqual([{ earlier: 0, unlisted: 0 }])
    expect(world.lines).toEqual([expect.stringContaining(`"resealed":${count},"left":0`)])
    await walk(newKey, oldKey)
    expect(world.lines).toHaveLength(1)
  })

  it('that no listed secret key opens stay, and are reported', async () => {
    await grant(otherKey, 3, 'lost')
    await grant(oldKey, 2, 'old')
    await walk(newKey, oldKey)
    expect(walked).toEqual([{ earlier: 0, unlisted: 3 }])
    expect(world.lines.join()).toMatch(/"warn","count":3.*list the secret key/)
    expect(await openedUnder(otherKey, 'lost-0')).toBe('lost-0')
  })

  it('that another process keeps sealing under the earlier secret key are counted', async () => {
    await grant(oldKey, 1, 'first')
    const replace = store.replaceSealedKeys
    let isFirst = true
    store = {
      ...store,
      async replaceSealedKeys(replacements) {
        const replaced = await replace(replacements)
        if (isFirst) await grant(oldKey, 2, 'during')
        isFirst = false
        return replaced
      },
    }
    await walk(newKey, oldKey)
    expect(walked).toEqual([{ earlier: 2, unlisted: 0 }])
  })

  it('are left where they are by a walk that is aborted', async () => {
    await grant(oldKey, 1, 'old')
    const aborted = new AbortController()
    aborted.abort()
    await resealing(newKey, oldKey).run(aborted.signal)
    expect(walked).toEqual([])
    expect(await openedUnder(oldKey, 'old-0')).toBe('old-0')
  })

  it('tell a wrong secret key from a right one', async () => {
    const opensUnder = (...keys: Buffer[]) => resealing(...keys).opensAny()
    expect(await opensUnder(newKey)).toBe(true)
    await grant(oldKey, readPerStep + 1, 'old')
    expect(await opensUnder(oldKey)).toBe(true)
    expect(await opensUnder(newKey, oldKey)).toBe(true)
    expect(world.lines).toEqual([])
    const wrong = resealing(newKey)
    expect(await wrong.opensAny()).toBe(false)
    expect(world.lines.join()).toMatch(/"error".*REACH_SECRET_KEY is not the key/)
    await grant(newKey, 1, 'later')
    expect(await wrong.opensAny()).toBe(false)
    expect(world.lines).toHaveLength(1)
    expect(await opensUnder(newKey)).toBe(true)
  })
})
