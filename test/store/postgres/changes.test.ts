import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { recordCredit } from '../../../server/store/operations/credits.ts'
import { createDatabase, type Database } from '../../../server/store/postgres/database.ts'
import { perform } from '../../../server/store/postgres/sql.ts'
import type { Change, Store } from '../../../server/store/store.ts'
import { appId, form, nowMs } from '../builders.ts'
import { twoProcesses } from './two-processes.ts'

describe('the change feed of two processes', () => {
  const current = twoProcesses()
  let db: Database
  beforeEach(() => {
    const { url } = current().database
    db = createDatabase({ url, connections: 2, world: { monotonic: createMonotonicClock() } })
  })
  afterEach(() => db.close())

  const watch = () => current().first.watchChanges({ appId, forMs: 60_000 })
  const read = (store: Store, after: number, limit = 1_000) =>
    store.readChanges({ appId, after, limit })
  const credit = (openId: string, ref = 'f1') => ({ appId, openId, nowMs, credit: form(ref) })
  const openIds = (changes: readonly Change[] | undefined) => changes?.map(({ openId }) => openId)

  it('holds a change that is committed late behind those that a reader has seen', async () => {
    const start = await watch()
    let position = 0
    await db.transact(async (sql) => {
      await perform(sql, (steps) => recordCredit(steps, credit('ada')))
      await current().second.recordCredit(credit('bob'))
      const seen = await read(current().first, start)
      expect(openIds(seen)).toEqual(['bob'])
      position = seen!.at(-1)!.position
    })
    expect(openIds(await read(current().second, position))).toEqual(['ada'])
  })

  it('holds no change that was undone', async () => {
    const start = await watch()
    const undone = db.transact(async (sql) => {
      await perform(sql, (steps) => recordCredit(steps, credit('ada')))
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await current().second.recordCredit(credit('bob'))
    expect(openIds(await read(current().first, start))).toEqual(['bob'])
  })

  it('gives two readers each change once, in one order, while both processes write', async () => {
    const start = await watch()
    const { first, second } = current()
    const count = 150
    const names = Array.from({ length: count }, (_, n) => `user ${n}`)
    const writing = Promise.all(
      names.map((openId, n) => (n % 2 ? first : second).recordCredit(credit(openId))),
    )
    const follow = async (store: Store) => {
      const seen: Change[] = []
      while (seen.length < count) {
        seen.push(...(await read(store, seen.at(-1)?.position ?? start, 7))!)
      }
      return openIds(seen)
    }
    const [one, other] = await Promise.all([follow(first), follow(second)])
    await writing
    expect(one).toEqual(other)
    expect([...one!].sort()).toEqual([...names].sort())
    expect(await read(first, start + count)).toEqual([])
  })
})
