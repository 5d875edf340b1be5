/**
 * Workers of Citus that are killed under load: nothing that was acknowledged is lost, and users
 * whose shards are on the other workers are served.
 *
 * Needs TEST_ENGINE=Citus, with workers on this machine: docs/scaling.md has the command.
 */
import { hash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { engines, type EngineDatabase } from '../support/engines.ts'
import { findWorkers, portsOfUsers, type Worker } from '../support/postgres/citus-workers.ts'
import { runOn, testServer } from '../support/postgres/database.ts'
import { seedOf } from '../support/seed.ts'
import type { Answered } from './client.ts'
import { runUnderFailures } from './run-under-failures.ts'

const seed = seedOf('CRASH_SEED')
const kills = Number(process.env.CRASH_KILLS || 10)
/** Of users on live shards, before a worker that was killed starts again. */
const requestsWhileAway = 20
/** Of the users on live shards, and of their requests. */
const leastServed = 0.75

interface Named {
  user: string
  name: string
}

interface Place {
  user: string
  /** Of their worker. */
  port: number
}

/** Whose request it is. `undefined`: no user's. */
async function findPlaces(url: string) {
  const names = (await runOn(url, 'SELECT usr AS user, open_id AS name FROM user_names')) as Named[]
  const tokens = (await runOn(
    url,
    `SELECT usr AS user, encode(token_hash, 'hex') AS name FROM sessions`,
  )) as Named[]
  const portOf = await portsOfUsers(
    url,
    names.map(({ user }) => user),
  )
  const userOf = new Map([...names, ...tokens].map(({ name, user }) => [name, user]))
  return ({ at, asked: { token, body } }: Answered): Place | undefined => {
    const { openId } = (body ?? {}) as { openId?: string }
    const user = userOf.get(at === 'POST /v1/events' ? hash('sha256', token!) : (openId ?? ''))
    return user === undefined ? undefined : { user, port: portOf.get(user)! }
  }
}

interface Request {
  /** Counted anew for each time that a worker is away. */
  user: string
  isServed: boolean
}

/** Kills one worker after the other, each after the one before it has started again. */
async function killOneByOne(
  workers: Worker[],
  url: string,
  answers: Answered[],
): Promise<Request[]> {
  const placeOf = await findPlaces(url)
  /** What begins from now on, of users of all workers but one. */
  async function others(away: number | undefined, killed: number): Promise<Request[]> {
    const fromMs = performance.now()
    const first = answers.length
    for (;;) {
      const requests = answers.slice(first).flatMap((answered) => {
        const place = placeOf(answered)
        // Whom a limit holds back is not one whom the database refuses.
        if (!place || place.port === away || answered.status === 429) return []
        if (answered.fromMs < fromMs) return []
        return [{ user: `${place.user} ${killed}`, isServed: answered.status < 500 }]
      })
      if (requests.length >= requestsWhileAway) return requests
      await wait(20)
    }
  }
  const meanwhile: Request[] = []
  for (let killed = 0; killed < kills; killed++) {
    const { port, kill, start } = workers[killed % workers.length]!
    await others(undefined, killed)
    await kill()
    meanwhile.push(...(await others(port, killed)))
    await start()
  }
  await others(undefined, kills)
  return meanwhile
}

function sharesOf(requests: Request[]) {
  const served = requests.filter(({ isServed }) => isServed)
  const usersOf = (some: Request[]) => new Set(some.map(({ user }) => user)).size
  return {
    ofRequests: served.length / requests.length,
    ofUsers: usersOf(served) / usersOf(requests),
  }
}

describe.each(engines)('workers killed under load, on $name', (engine) => {
  let database: EngineDatabase
  beforeEach(async () => {
    if (engine.name !== 'Citus') throw new Error('TEST_ENGINE must be Citus: see docs/scaling.md.')
    database = await engine.createDatabase()
  })
  afterEach(() => database?.drop())

  it(`lose nothing; users of others are served: ${kills} kills (CRASH_SEED=${seed})`, async () => {
    const workers = await findWorkers(testServer())
    const answers: Answered[] = []
    let meanwhile: Request[] = []
    const counted = await runUnderFailures({
      database,
      processes: 1,
      seed,
      // Who asks again at once for users of a worker that is away takes the connections of others.
      isPatient: true,
      operators: 4,
      env: { REACH_ENGINE: 'citus', REACH_DATABASE_CONNECTIONS: '32' },
      observe: (answered) => void answers.push(answered),
      async disturb() {
        meanwhile = await killOneByOne(workers, database.url, answers)
      },
    })
    const shares = sharesOf(meanwhile)
    const told = { ...counted, ofLiveUsers: meanwhile.length, ...shares }
    process.stderr.write(`workers killed: ${JSON.stringify(told)}\n`)
    expect(counted.unanswered).toBe(0)
    expect(counted.away).toBeGreaterThan(0)
    expect(shares.ofRequests).toBeGreaterThanOrEqual(leastServed)
    expect(shares.ofUsers).toBeGreaterThanOrEqual(leastServed)
  }, 1_800_000)
})
