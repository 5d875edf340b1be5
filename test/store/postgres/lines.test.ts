import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { StoreUnavailableError } from '../../../server/store/errors.ts'
import { createDatabase } from '../../../server/store/postgres/database.ts'
import type { Database } from '../../../server/store/postgres/database.ts'
import { createLines } from '../../../server/store/postgres/lines.ts'
import { createTestDatabase } from '../../support/postgres/database.ts'
import type { TestDatabase } from '../../support/postgres/database.ts'

/** Connections that are numbered, and told of once they were given back. */
function lines(most: number, deepest = 9) {
  const back: string[] = []
  let opened = 0
  const connect = async () => {
    const number = (opened += 1)
    if (number === 3) throw new Error('No third one.')
    return { number, release: (broken = false) => void back.push(`${number} ${broken}`) }
  }
  return { place: createLines({ connect, most, deepest }), back }
}

describe('connections on which statements go one behind another', () => {
  it('are one for each while there are some, and then the one on which the fewest are', async () => {
    const { place, back } = lines(2)
    const [a, b, c, d] = [await place(), await place(), await place(), await place()]
    expect([a, b, c, d].map(({ client }) => client.number)).toEqual([1, 2, 1, 2])
    b.release()
    expect((await place()).client.number).toBe(2)
    a.release()
    expect(back).toEqual([])
    c.release()
    expect(back).toEqual(['1 false'])
  })

  it('are deep so far; who comes then waits for a connection as anybody does', async () => {
    const { place, back } = lines(1, 2)
    const [a, , c] = [await place(), await place(), await place()]
    expect([a, c].map(({ client }) => client.number)).toEqual([1, 2])
    await expect(place()).rejects.toThrow('No third one.')
    c.release()
    expect(back).toEqual(['2 false'])
    a.release()
    expect((await place()).client.number).toBe(1)
  })

  it('take nobody more when they broke, and are given back when those on it are through', async () => {
    const { place, back } = lines(1)
    const [a, b] = [await place(), await place()]
    a.release(true)
    expect((await place()).client.number).toBe(2)
    expect(back).toEqual([])
    b.release()
    expect(back).toEqual(['1 true'])
  })

  it('are tried for anew after all were told that there is none', async () => {
    const { place } = lines(3)
    await Promise.all([place(), place()])
    await expect(place()).rejects.toThrow('No third one.')
    expect((await place()).client.number).toBe(4)
  })
})

describe('brief statements that share a connection', () => {
  let test: TestDatabase
  let db: Database
  beforeEach(async () => {
    test = await createTestDatabase()
    await test.run('CREATE TABLE notes (n int PRIMARY KEY)')
    const world = { monotonic: createMonotonicClock() }
    db = createDatabase({ url: test.url, connections: 3, lines: 1, world })
  })
  afterEach(async () => {
    await db.close()
    await test.drop()
  })
  const note = (n: number) => db.brief((sql) => sql.run('INSERT INTO notes VALUES ($1)', n))
  const process = () =>
    db.brief((sql) => sql.get<{ pid: number }>('SELECT pg_backend_pid() AS pid'))

  it('are answered in their order by one process of the engine', async () => {
    const answers = await Promise.all([process(), note(1), process(), note(2), process()])
    const [first, ...others] = [answers[0], answers[2], answers[4]]
    expect(others).toEqual([first, first])
  })

  it('are a transaction each: what fails undoes and spoils nothing', async () => {
    const told = await Promise.allSettled([note(1), note(1), note(2)])
    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await test.run('SELECT n FROM notes ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('leave a connection for a transaction that others would wait for', async () => {
    const waited = await db.transact(async (sql) => {
      await sql.run('INSERT INTO notes VALUES (1)')
      const behind = Promise.allSettled([note(1), note(2)])
      await sql.run('INSERT INTO notes VALUES (3)')
      return { behind }
    })
    const told = await waited.behind
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('are all told when it breaks, and those that come after have another one', async () => {
    const end = db.brief((sql) => sql.run('SELECT pg_terminate_backend(pg_backend_pid())'))
    const told = await Promise.allSettled([end, note(1), note(2)])
    for (const one of told)
      expect(one).toMatchObject({ reason: expect.any(StoreUnavailableError) as unknown })
    expect(await note(3)).toBe(1)
  })
})
