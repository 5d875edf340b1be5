import type { ReachServerConfig } from '../../server/reach-server.ts'
import type { Edition } from '../../server/rules/credits.ts'
import { databaseSettings, type Engine } from '../support/engines.ts'
import type { Phone } from '../support/server/phone.ts'
import { startPushes, user, type WithPushes } from '../support/server/start-pushes.ts'
import { searchOf, type Search } from './search.ts'

export interface PrivacyWorld {
  server: WithPushes
  alice: Phone
  search: Search
  /** Of the database. */
  url: string
  close(): Promise<void>
}

/** A server that gets pushes, the phone of its user, and a search of its database. */
export async function openWorld(
  engine: Engine,
  edition: Edition,
  settings: Partial<ReachServerConfig> = {},
): Promise<PrivacyWorld> {
  const database = await engine.createDatabase()
  const server = await startPushes({
    edition,
    settings: { database: databaseSettings(database.url), ...settings },
  })
  return {
    server,
    alice: await server.phone(user),
    search: searchOf(database.url),
    url: database.url,
    async close() {
      await server.close()
      await database.drop()
    },
  }
}
