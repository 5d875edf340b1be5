/**
 * Users are erased while servers are killed under load, on every engine: an erasure is begun or
 * not, none stays half done, and none costs another user anything.
 *
 *   ERASE_KILLS=50 npx jest --config jest.all.config.mjs test/privacy/erase-kills
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { CreditsReply } from '../../shared/wire/index.ts'
import { killAndStart, runUnderFailures, type DisturbedWorld } from '../crash/run-under-failures.ts'
import { apiKey, type ServerProcesses } from '../crash/server-processes.ts'
import { engines, type EngineDatabase } from '../support/engines.ts'
import { seedOf } from '../support/seed.ts'
import { createAsk } from '../support/server/http-client.ts'
import { createPerson, marks, type Person } from './people.ts'
import { searchOf, type Search } from './search.ts'

const seed = seedOf('ERASE_SEED')
const kills = Number(process.env.ERASE_KILLS || 6)
const timeoutMs = 900_000 + kills * 15_000
const perKill = 2
const goneWithinMs = 60_000

const deletion = ({ appId, openId }: Person) => `DELETE /v1/users/${openId}?appId=${appId}`

describe.each(engines)('users erased under kills, on $name', (engine) => {
  let database: EngineDatabase
  let search: Search
  beforeEach(async () => {
    database = await engine.createDatabase()
    search = searchOf(database.url)
  })
  afterEach(() => database.drop())

  const count = { acknowledged: 0, withoutReply: 0, notBegun: 0, goneAfterMs: 0 }

  async function killDuringErasures(
    servers: ServerProcesses,
    world: DisturbedWorld,
    killed: number,
  ): Promise<Person[]> {
    const { random, sandbox } = world
    const n = killed % servers.size
    const people = await Promise.all(
      Array.from({ length: perKill }, (_, i) => createPerson(world, killed * perKill + i)),
    )
    const ask = createAsk(servers.url(n)!, apiKey)
    const erasing = people.map(async (person) => {
      await wait(random.below(200))
      const reply = await ask(deletion(person)).catch(() => undefined)
      person.isAcknowledged = reply?.status === 200
    })
    // From before the first erasure until after the rest of them, which begins within a second.
    await wait(random.below(random.pick([200, 1_600])))
    await killAndStart(servers, n, sandbox)
    await Promise.all(erasing)
    for (const person of people) await expectGoneOrWhole(servers.url(n)!, person)
    return people
  }

  /** A server that has just started remembers no session. */
  async function expectGoneOrWhole(url: string, person: Person): Promise<void> {
    const { appId, openId, token, isAcknowledged } = person
    const ask = createAsk(url, apiKey)
    const isThere = (await search.tablesWith(openId)).length > 0
    const at = `/v1/users/${openId}/credits?appId=${appId}`
    const { credits } = (await ask<CreditsReply>(`GET ${at}`)).body
    // Without events a post is refused, but only after its session was accepted.
    const isSignedIn = (await ask('POST /v1/events', { token, body: {} })).status === 400
    const hasCredits = credits.length > 0
    expect({ hasCredits, isSignedIn }).toEqual({ hasCredits: isThere, isSignedIn: isThere })
    if (isAcknowledged) expect(isThere).toBe(false)
    count[isAcknowledged ? 'acknowledged' : isThere ? 'notBegun' : 'withoutReply'] += 1
  }

  const tablesWithAny = async () => [
    ...(await search.tablesWith(marks.openIds)),
    ...(await search.tablesWith(marks.texts)),
  ]
  /** SQLite may keep a copy of a text where it split a page: see docs/operations.md. */
  const filesWithAny = async () => [
    ...(await search.filesWith(marks.openIds)),
    ...(engine.name === 'PostgreSQL' ? await search.filesWith(marks.texts) : []),
  ]

  /** The search of PostgreSQL's files rewrites them, and waits until the load is over. */
  async function expectGoneSoon(): Promise<void> {
    const since = Date.now()
    const left = async () => [
      ...(await tablesWithAny()),
      ...(engine.name === 'SQLite' ? await filesWithAny() : []),
    ]
    while ((await left()).length > 0 && Date.now() - since < goneWithinMs) await wait(500)
    expect(await left()).toEqual([])
    count.goneAfterMs = Date.now() - since
  }

  it(
    `leave nothing behind, and others lose nothing: ${kills} kills (ERASE_SEED=${seed})`,
    async () => {
      const counted = await runUnderFailures({
        database,
        processes: engine.processes,
        seed,
        // Each kill is followed by searches of all tables, which take as long as these are.
        messages: 1_000,
        async disturb(servers, world) {
          const people: Person[] = []
          for (let killed = 0; killed < kills; killed++) {
            people.push(...(await killDuringErasures(servers, world, killed)))
          }
          const left = people.filter(({ isAcknowledged }) => !isAcknowledged)
          await Promise.all(left.map((one) => world.retry(deletion(one), { token: apiKey })))
          await expectGoneSoon()
          expect(servers.output()).not.toContain(marks.openIds)
          expect(servers.output()).not.toContain(marks.texts)
        },
      })
      process.stderr.write(`${engine.name}: ${JSON.stringify({ erasures: count, ...counted })}\n`)
      expect(await tablesWithAny()).toEqual([])
      expect(await filesWithAny()).toEqual([])
      expect(count.acknowledged).toBeGreaterThan(0)
    },
    timeoutMs,
  )
})
