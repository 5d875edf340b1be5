/**
 * A worker of Citus that is away: what the store does for users on the others.
 *
 * Needs TEST_ENGINE=Citus, with workers on this machine: docs/scaling.md has the command.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { StoreUnavailableError, type Store } from '../../../server/store/store.ts'
import { engines, type EngineDatabase } from '../../support/engines.ts'
import { findWorkers, portsOfUsers, type Worker } from '../../support/postgres/citus-workers.ts'
import { testServer } from '../../support/postgres/database.ts'
import { appId, claim, form, hashOf, message, nowMs, signIn } from '../builders.ts'

const openIds = Array.from({ length: 12 }, (_, n) => `user-${n}`)
const sendAtMs = nowMs + 60_000
/** Databases are made slowly on a busy machine. */
const withinMs = 600_000

describe('while a worker of Citus is away', () => {
  let database: EngineDatabase | undefined
  let store: Store
  let worker: Worker
  let served: string[]
  let held: string[]
  let isAway = false

  beforeAll(async () => {
    const [engine] = engines
    if (engine!.name !== 'Citus') throw new Error('TEST_ENGINE must be Citus: see docs/scaling.md.')
    worker = (await findWorkers(testServer()))[0]!
    database = await engine!.createDatabase()
    store = database.open()
    for (const openId of openIds) {
      await store.recordCredit({ appId, openId, credit: form(`form of ${openId}`), nowMs })
      await store.openMessage(message(`key of ${openId}`, { openId, sendAtMs }))
    }
    const numbers = await Promise.all(openIds.map((openId) => store.findUser(appId, openId)))
    const portOf = await portsOfUsers(database.url, numbers as number[])
    held = openIds.filter((_, n) => portOf.get(String(numbers[n])) === worker.port)
    served = openIds.filter((openId) => !held.includes(openId))
    await worker.kill()
    isAway = true
  }, withinMs)

  afterAll(async () => {
    if (isAway) await worker.start()
    await store?.close()
    await database?.drop()
  }, withinMs)

  const claimed = async () => {
    const messages = await store.claimMessages(claim('second', { nowMs: sendAtMs }))
    return messages.map(({ message: { openId } }) => openId)
  }

  it('users on the others sign in, and their sessions are found', async () => {
    for (const openId of served) {
      await store.signIn(signIn(openId))
      const found = await store.findSession(hashOf(`token of ${openId}`), nowMs)
      expect(found?.openId).toBe(openId)
    }
  })

  it('their due messages are claimed, once', async () => {
    expect(new Set(await claimed())).toEqual(new Set(served))
    expect(await claimed()).toEqual([])
  })

  it('its own users wait until it is back', async () => {
    const [openId] = held
    await expect(store.findCredits(appId, openId!, nowMs)).rejects.toThrow(StoreUnavailableError)
    await worker.start()
    isAway = false
    expect(new Set(await claimed())).toEqual(new Set(held))
  })
})
