/** Erased users of whom a row cannot be cleared. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { DatabaseSync } from '@photostructure/sqlite'
import { createClearing } from '../../server/privacy/clearing.ts'
import { StoreUnavailableError, type UserNumber } from '../../server/store/store.ts'
import { engines } from '../support/engines.ts'
import { createFakeWorld } from '../support/fake-world.ts'
import { runOn } from '../support/postgres/database.ts'
import { user } from '../support/server/start-pushes.ts'
import { openWorld, type PrivacyWorld } from './open-world.ts'

const bob = 'bob-0002'

/** Changes the schema as a shell does, beside the server. */
async function alter(url: string, text: { SQLite: string; PostgreSQL: string }): Promise<object[]> {
  if (!url.startsWith('sqlite:')) return runOn(url, text.PostgreSQL)
  const db = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 5_000 })
  try {
    db.exec(text.SQLite)
    return []
  } finally {
    db.close()
  }
}

const breakEvents = {
  SQLite: `CREATE TRIGGER broken BEFORE DELETE ON events
    WHEN OLD.id = 'broken-event' BEGIN SELECT RAISE(ABORT, 'a broken row'); END`,
  PostgreSQL: `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'a broken row'; END $$;
    CREATE TRIGGER broken BEFORE DELETE ON events FOR EACH ROW
      WHEN (OLD.id = 'broken-event') EXECUTE FUNCTION fail()`,
}
const mendEvents = { SQLite: 'DROP TRIGGER broken', PostgreSQL: 'DROP TRIGGER broken ON events' }

describe.each(engines.map((engine) => [engine.name, engine] as const))('on %s', (_, engine) => {
  let world: PrivacyWorld
  let server: PrivacyWorld['server']
  beforeEach(async () => {
    world = await openWorld(engine, '2018')
    ;({ server } = world)
  })
  afterEach(() => world.close())

  const countFailing = async () =>
    Number(/^wx_reach_erasures_failing (\d+)$/m.exec((await server.ask('GET /metrics')).text)?.[1])

  async function clearUntil(isDone: () => Promise<boolean>): Promise<void> {
    while (!(await isDone())) {
      server.monotonic.advance(1_000)
      await new Promise(setImmediate)
    }
  }

  it('one that fails holds up no other, is told, and is cleared once it can be', async () => {
    const friend = await server.phone(bob)
    for (const [phone, id] of [
      [world.alice, 'broken-event'],
      [friend, 'other-event'],
    ] as const) {
      const at = server.clock.now()
      const arrival = { id, at, type: 'share.opened', scene: 1007, page: 'pages/a' }
      await phone.post({ sentAt: at, events: [arrival] })
    }
    await alter(world.url, breakEvents)
    await server.ask(`DELETE /v1/users/${user}`)
    server.clock.advance(1_000)
    await server.ask(`DELETE /v1/users/${bob}`)
    server.reach.start()

    await clearUntil(async () => (await world.search.count('erasures')) === 1)
    expect(await world.search.tablesWith('other-event')).toEqual([])
    expect(await world.search.tablesWith('broken-event')).toEqual(['events'])
    expect(await countFailing()).toBe(1)
    expect(server.lines.join('\n')).toContain('an erased user could not be cleared')

    await alter(world.url, mendEvents)
    await clearUntil(async () => (await world.search.count('erasures')) === 0)
    expect(await world.search.tablesWith('broken-event')).toEqual([])
    expect(await countFailing()).toBe(0)
  })
})

describe('clearing', () => {
  const [first, second] = [1 as UserNumber, 2 as UserNumber]
  const { signal } = new AbortController()

  function createFailing(error: Error) {
    const world = createFakeWorld()
    const steps: UserNumber[] = []
    const store = {
      findErasures: async (after?: UserNumber) => (after === undefined ? [first, second] : []),
      async eraseStep(given: UserNumber) {
        steps.push(given)
        if (given === first) throw error
        return 0
      },
    }
    return { world, steps, clearing: createClearing({ store, world }) }
  }

  it('tries one that failed again after a pause that doubles up to ten minutes', async () => {
    const { world, steps, clearing } = createFailing(new Error('a broken row'))
    const triedAtMs: number[] = []
    for (let seconds = 0; seconds < 3_600; seconds++) {
      await clearing.run(signal)
      if (steps.splice(0).includes(first)) triedAtMs.push(world.monotonic.now())
      world.monotonic.advance(1_000)
    }
    const pauses = triedAtMs.slice(1).map((at, n) => (at - triedAtMs[n]!) / 1_000)
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600])
  })

  it('ends the round while the database is away, and goes on with others in the next', async () => {
    const { steps, clearing } = createFailing(new StoreUnavailableError('It is away.'))
    await expect(clearing.run(signal)).rejects.toThrow('It is away.')
    expect(steps).toEqual([first])
    await clearing.run(signal)
    expect(steps).toEqual([first, second])
  })
})
