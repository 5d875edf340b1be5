import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { StoreUnavailableError } from '../../../server/store/store.ts'
import { createDatabase, type Database } from '../../../server/store/postgres/database.ts'
import { createPipelinedPool } from '../../../server/store/postgres/pipelined-pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'

/** Numbered connections, and a list of those that were released. */
function pool(maxConnections: number, maxDepth = 9) {
  const released: string[] = []
  let opened = 0
  const connect = async () => {
    const number = (opened += 1)
    if (number === 3) throw new Error('No third one.')
    return { number, release: (broken = false) => void released.push(`${number} ${broken}`) }
  }
  return { checkOut: createPipelinedPool({ connect, maxConnections, maxDepth }), released }
}

describe('the pipelined pool', () => {
  it('gives each caller a connection, then the one with the fewest callers', async () => {
    const { checkOut, released } = pool(2)
    const [a, b, c, d] = [await checkOut(), await checkOut(), await checkOut(), await checkOut()]
    expect([a, b, c, d].map(({ client }) => client.number)).toEqual([1, 2, 1, 2])
    b.release()
    expect((await checkOut()).client.number).toBe(2)
    a.release()
    expect(released).toEqual([])
    c.release()
    expect(released).toEqual(['1 false'])
  })

  it('limits the callers on a connection; others wait for a connection of their own', async () => {
    const { checkOut, released } = pool(1, 2)
    const [a, , c] = [await checkOut(), await checkOut(), await checkOut()]
    expect([a, c].map(({ client }) => client.number)).toEqual([1, 2])
    await expect(checkOut()).rejects.toThrow('No third one.')
    c.release()
    expect(released).toEqual(['2 false'])
    a.release()
    expect((await checkOut()).client.number).toBe(1)
  })

  it('reuses no broken connection, and releases it when its callers are done', async () => {
    const { checkOut, released } = pool(1)
    const [a, b] = [await checkOut(), await checkOut()]
    a.release(true)
    expect((await checkOut()).client.number).toBe(2)
    expect(released).toEqual([])
    b.release()
    expect(released).toEqual(['1 true'])
  })

  it('tries to connect again after a connection failed', async () => {
    const { checkOut } = pool(3)
    await Promise.all([checkOut(), checkOut()])
    await expect(checkOut()).rejects.toThrow('No third one.')
    expect((await checkOut()).client.number).toBe(4)
  })
})

describe('brief statements that share a connection', () => {
  let test: TestDatabase
  let db: Database
  beforeEach(async () => {
    test = await createTestDatabase()
    await test.run('CREATE TABLE notes (n int PRIMARY KEY)')
    const world = { monotonic: createMonotonicClock() }
    db = createDatabase({ url: test.url, connections: 3, pipelined: 1, world })
  })
  afterEach(async () => {
    await db.close()
    await test.drop()
  })
  const note = (n: number) => db.brief((sql) => sql.run('INSERT INTO notes VALUES ($1)', n))
  const process = () =>
    db.brief((sql) => sql.get<{ pid: number }>('SELECT pg_backend_pid() AS pid'))

  it('run in their order in one process of the engine', async () => {
    const answers = await Promise.all([process(), note(1), process(), note(2), process()])
    const [first, ...others] = [answers[0], answers[2], answers[4]]
    expect(others).toEqual([first, first])
  })

  it('are a transaction each: a failed one undoes no other', async () => {
    const results = await Promise.allSettled([note(1), note(1), note(2)])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await test.run('SELECT n FROM notes ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('leave a connection to a transaction that others would wait for', async () => {
    const waited = await db.transact(async (sql) => {
      await sql.run('INSERT INTO notes VALUES (1)')
      const behind = Promise.allSettled([note(1), note(2)])
      await sql.run('INSERT INTO notes VALUES (3)')
      return { behind }
    })
    const results = await waited.behind
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('all fail when the connection breaks, and later ones get another', async () => {
    const end = db.brief((sql) => sql.run('SELECT pg_terminate_backend(pg_backend_pid())'))
    const results = await Promise.allSettled([end, note(1), note(2)])
    for (const one of results)
      expect(one).toMatchObject({ reason: expect.any(StoreUnavailableError) as unknown })
    expect(await note(3)).toBe(1)
  })
})
