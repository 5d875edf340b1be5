/**
 * Finds the PostgreSQL server of the tests, before the first of them: TEST_DATABASE_URL, else
 * programs that TEST_POSTGRES_BIN names, else a server at 127.0.0.1:5432, else the programs of the
 * npm package.
 */
import { createCluster } from './cluster.ts'
import { localServer, runOn } from './database.ts'

declare global {
  var stopTestServer: (() => Promise<void>) | undefined
}

export async function provideDatabase(): Promise<void> {
  const where = await provideServer()
  const url = process.env.TEST_DATABASE_URL!
  const [{ server_version: version }] = (await runOn(url, 'SHOW server_version')) as [
    { server_version: string },
  ]
  process.stderr.write(`PostgreSQL ${version}, ${where}\n`)
}

/** @returns what is used, for people */
async function provideServer(): Promise<string> {
  if (process.env.TEST_DATABASE_URL) return 'the server of TEST_DATABASE_URL'
  const bin = process.env.TEST_POSTGRES_BIN
  if (!bin && (await isReachable(localServer))) {
    process.env.TEST_DATABASE_URL = localServer
    return 'the server at 127.0.0.1:5432'
  }
  const cluster = await createCluster()
  globalThis.stopTestServer = () => cluster.drop()
  process.env.TEST_DATABASE_URL = cluster.url
  return `a server for these tests, from ${bin ?? 'embedded'}`
}

async function isReachable(url: string): Promise<boolean> {
  try {
    await runOn(url, 'SELECT 1')
    return true
  } catch {
    return false
  }
}
