import { beforeEach, describe, expect, it } from '@jest/globals'
import { joinGroup, type Occurrence } from '../../../server/store/operations/shares.ts'
import {
  finishShare,
  openShare,
  startShare,
} from '../../../server/store/operations/share-events.ts'
import type { RecordedEvent } from '../../../server/store/operations/share-events.ts'
import type { Operation, Sql } from '../../../server/store/sql.ts'
import { internApp } from '../../../server/store/operations/users.ts'
import type { EventRecord, UserNumber } from '../../../server/store/store.ts'
import { appId, event, nowMs, signIn } from '../builders.ts'
import { interleave } from './interleave.ts'
import { twoProcesses } from './two-processes.ts'

const two = twoProcesses()

function* happened(sql: Sql, user: number, atMs = nowMs): Operation<Occurrence> {
  const app = yield* internApp(sql, appId)
  return { app, watched: 0, user: user as UserNumber, atMs, nowMs }
}
const start = (user: number, shareId: string, parentShareId?: string) =>
  function* (sql: Sql): Operation<RecordedEvent> {
    const at = yield* happened(sql, user)
    const parent = parentShareId && { parentShareId }
    return yield* startShare(sql, at, { type: 'share.started', shareId, page: 'p', ...parent })
  }
const finish = (user: number, shareId: string) =>
  function* (sql: Sql): Operation<RecordedEvent> {
    const at = yield* happened(sql, user)
    const groups = [{ openGId: 'G' }]
    return yield* finishShare(sql, at, { type: 'share.finished', shareId, result: 'ok', groups })
  }
const arrive = (user: number, shareId: string) =>
  function* (sql: Sql): Operation<RecordedEvent> {
    const at = yield* happened(sql, user)
    return yield* openShare(sql, at, { type: 'share.opened', shareId, scene: 1044, page: 'p' })
  }
const join = (user: number, atMs: number) =>
  function* (sql: Sql): Operation<number> {
    return yield* joinGroup(sql, yield* happened(sql, user, atMs), 'G')
  }
// oxlint-disable-next-line require-yield -- an operation without a step
function* nothing(): Operation<RecordedEvent> {
  return { status: 'accepted' }
}

const at = (first: ReturnType<typeof start>, second: ReturnType<typeof start>) =>
  interleave(two().database, first, second)
const before = (...work: ReturnType<typeof start>[]) =>
  at(function* (sql) {
    for (const one of work) yield* one(sql)
    return { status: 'accepted' }
  }, nothing)
const tree = async (shareId: string) =>
  (await two().first.findShare(appId, shareId, { limit: 200, depth: 64 }))!
/** A chain of `length` shares below a head that only its child names. */
const chain = (name: string, length: number) =>
  Array.from({ length }, (_, n) => start(1, `${name}${n + 1}`, `${name}${n}`))

describe.each(['', ', which an arrival named before'])('one share%s', (known) => {
  beforeEach(async () => {
    if (known) await before(arrive(3, 's'), arrive(3, 'root'))
  })

  it('belongs to one of two users who start it at once', async () => {
    const [ada, bob] = await at(start(1, 's'), start(2, 's'))
    expect(ada).toEqual({ status: 'accepted' })
    expect(bob).toEqual({ status: 'rejected', reason: 'share_taken' })
  })

  it('is started once when one user reports it twice at once', async () => {
    const results = await at(start(1, 's', 'root'), start(1, 's', 'root'))
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'duplicate'])
  })

  it('belongs to the user who finishes it, not to one who starts it meanwhile', async () => {
    const [ada, bob] = await at(finish(1, 's'), start(2, 's'))
    expect([ada.status, bob.status]).toEqual(['accepted', 'rejected'])
  })
})

describe('parents that are reported at once', () => {
  it('make no circle of two shares', async () => {
    const results = await at(start(1, 'a', 'b'), start(2, 'b', 'a'))
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted'])
    expect((await tree('b')).share).not.toHaveProperty('parentShareId')
    expect((await tree('b')).descendants).toMatchObject([{ shareId: 'a' }])
  })

  it('make no circle of two trees whose roots join leaves of each other', async () => {
    await before(...chain('a', 3), ...chain('b', 3))
    await at(start(1, 'a0', 'b3'), start(2, 'b0', 'a3'))
    expect((await tree('b0')).share).not.toHaveProperty('parentShareId')
    expect((await tree('b0')).descendants).toHaveLength(7)
  })

  it('make no chain that is too deep, though each alone would not', async () => {
    await before(...chain('a', 30), ...chain('b', 30), ...chain('c', 30))
    await at(start(1, 'b0', 'a30'), start(2, 'c0', 'b30'))
    expect((await tree('a0')).descendants).toHaveLength(61)
    expect((await tree('c0')).share).not.toHaveProperty('parentShareId')
  })

  it('do not block users whose parent was started before', async () => {
    await before(start(1, 'root'))
    const order: string[] = []
    const note = (name: string, work: ReturnType<typeof start>) =>
      function* (sql: Sql): Operation<RecordedEvent> {
        const result = yield* work(sql)
        order.push(name)
        return result
      }
    const slow = function* (sql: Sql): Operation<RecordedEvent> {
      const result = yield* start(2, 'a', 'root')(sql)
      yield interleave(two().database, note('other', start(3, 'b', 'root')), nothing)
      return result
    }
    await at(note('slow', slow), nothing)
    expect(order).toEqual(['other', 'slow'])
    expect((await tree('root')).descendants).toHaveLength(2)
  })
})

describe('a group in which users are seen at once', () => {
  it.each([
    ['the earlier', 1_000, 2_000],
    ['the later', 2_000, 1_000],
  ])('was seen first at the earliest time when %s is reported first', async (_, first, second) => {
    const { first: store, database } = two()
    const user = await store.signIn(signIn('ada'))
    const groups = await interleave(database, join(user, first), join(user, second))
    expect(groups[0]).toBe(groups[1])
    const firstSeenAt = new Date(1_000).toISOString()
    expect(await store.findGroup(appId, 'G', { limit: 1 })).toMatchObject({
      firstSeenAt,
      members: [{ openId: 'ada', firstSeenAt }],
    })
  })
})

describe('batches with the same shares and groups in other orders', () => {
  const record = (n: number, k: number): EventRecord => {
    const name = `${(k * (2 * n + 1) + n) % 10}`
    return k % 3 === 0
      ? { type: 'share.started', shareId: `own-${n}-${k}`, parentShareId: name, page: 'p' }
      : { type: 'share.opened', shareId: name, scene: 1044, page: 'p', group: { openGId: name } }
  }

  // Without one order the first tries would deadlock, which PostgreSQL finds after a second.
  it('wait for each other without a deadlock', async () => {
    const stores = [two().first, two().second]
    const batches = Array.from({ length: 20 }, async (_, n) => {
      const store = stores[n % 2]!
      const user = await store.signIn(signIn(`user-${n}`))
      const events = Array.from({ length: 10 }, (__, k) => event(`event-${k}`, record(n, k)))
      return store.ingest({ appId, user, nowMs, eventsPerDay: 99, events })
    })
    const results = (await Promise.all(batches)).flat()
    expect(results.filter(({ status }) => status !== 'accepted')).toEqual([])
    const { members, shareIds } = (await two().first.findGroup(appId, '1', { limit: 1 }))!
    expect(members.length).toBeGreaterThan(5)
    expect(shareIds).toEqual(['1'])
  })

  it('leave no group without members visible', async () => {
    const groups = [{ openGId: 'G' }]
    await before(start(1, 'a'), start(1, 'b'))
    const user = await two().first.signIn(signIn('bob'))
    const events = ['a', 'b'].map((shareId) =>
      event(`event-${shareId}`, { type: 'share.finished', shareId, result: 'ok', groups }),
    )
    const results = await two().first.ingest({ appId, user, nowMs, eventsPerDay: 9, events })
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await two().first.findGroup(appId, 'G', { limit: 1 })).toBeUndefined()
  })
})
