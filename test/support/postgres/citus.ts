/** Databases on a Citus whose coordinator TEST_DATABASE_URL names. */
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { createDatabase } from '../../../server/store/postgres/database.ts'
import { distribute } from '../../../server/store/postgres/distribute.ts'
import { migrate } from '../../../server/store/postgres/migrate.ts'
import { runOn } from './run-on.ts'

interface Node {
  host: string
  port: number
}

const listNodes = `
  SELECT nodename AS host, nodeport AS port, groupid = 0 AS coordinates FROM pg_dist_node
  ORDER BY groupid`

/** The URLs of a database on all nodes. The coordinator's comes first. */
async function nodesOf(server: string): Promise<(Node & { coordinates: boolean })[]> {
  const nodes = (await runOn(server, listNodes)) as (Node & { coordinates: boolean })[]
  if (nodes[0]?.coordinates) return nodes
  throw new Error(
    'TEST_DATABASE_URL must name a coordinator of Citus that knows itself ' +
      '(citus_set_coordinator_host) and its workers (citus_add_node).',
  )
}

const urlAt = (server: string, { host, port }: Node, name: string): string => {
  const url = new URL(server)
  url.hostname = host
  url.port = String(port)
  url.pathname = `/${name}`
  return url.href
}

/** Creates an empty, distributed database. */
export async function createOnCitus(server: string, name: string): Promise<void> {
  const nodes = await nodesOf(server)
  for (const node of nodes) {
    await runOn(urlAt(server, node, 'postgres'), `CREATE DATABASE ${name}`)
    const url = urlAt(server, node, name)
    await runOn(url, 'CREATE EXTENSION citus')
  }
  const [coordinator, ...workers] = nodes
  const url = urlAt(server, coordinator!, name)
  await runOn(
    url,
    `SELECT citus_set_coordinator_host('${coordinator!.host}', ${coordinator!.port})`,
  )
  for (const { host, port } of workers)
    await runOn(url, `SELECT citus_add_node('${host}', ${port})`)
  const monotonic = createMonotonicClock()
  const db = createDatabase({ url, connections: 1, world: { monotonic } })
  try {
    await migrate(db)
    await distribute(db)
  } finally {
    await db.close()
  }
}

export async function dropOnCitus(server: string, name: string): Promise<void> {
  for (const node of await nodesOf(server)) {
    await runOn(urlAt(server, node, 'postgres'), `DROP DATABASE ${name} WITH (FORCE)`)
  }
}
