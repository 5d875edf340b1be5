/** A server of two apps for each test of a list, on each engine. */
import { afterEach, beforeEach, describe } from '@jest/globals'
import { databaseSettings, engines, type EngineDatabase } from '../../support/engines.ts'
import { app, startReach, type StartedReach } from '../../support/server/start-reach.ts'

export const other = { ...app, appId: 'wxfedcba9876543210' }

/** @param tests get the server of the running test, behind one object that stays the same */
export function describeOnEngines(tests: (server: StartedReach) => void): void {
  describe.each(engines.map((engine) => [engine.name, engine] as const))('on %s', (_, engine) => {
    let database: EngineDatabase
    let current: StartedReach
    beforeEach(async () => {
      database = await engine.createDatabase()
      current = await startReach({
        edition: '2018',
        apps: [app, other],
        settings: { database: databaseSettings(database.url) },
      })
    })
    afterEach(async () => {
      await current.close()
      await database.drop()
    })
    tests(
      new Proxy({} as StartedReach, {
        get: (_target, name) => Reflect.get(current, name) as unknown,
      }),
    )
  })
}

/** All pages of a list, one after the other. `between` runs after each of them. */
export async function walk<Row>(
  page: (cursor?: string) => Promise<{ rows: Row[]; cursor?: string }>,
  between: () => Promise<unknown> = async () => {},
): Promise<Row[]> {
  const seen: Row[] = []
  let cursor: string | undefined
  do {
    const { rows, cursor: next } = await page(cursor)
    seen.push(...rows)
    cursor = next
    await between()
  } while (cursor !== undefined)
  return seen
}
