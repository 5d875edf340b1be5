/** A server with the web console, whose lists are long. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DatabaseSync } from '@photostructure/sqlite'
import { createReachServer } from '../server/reach-server.ts'
import { listen } from '../server/runtime/listen.ts'
import { systemRandom } from '../server/runtime/world.ts'
import { listenSandbox } from '../server/sandbox/listen.ts'
import { day } from '../server/rules/time.ts'
import { allowance } from '../server/store/operations/customer-windows.ts'
import { kindCode } from '../server/store/rows.ts'
import { addOpenKey } from '../server/store/sqlite/database.ts'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { temporaryFolder } from './filled-store.ts'
import { apps, everyMs, fill, firstMs } from './lists/fill.ts'

export interface Served {
  origin: string
  apiKey: string
  close(): Promise<void>
}

/** Builds dist/console where its sources have changed. */
const builder = new URL('../../web/console/build.mjs', import.meta.url)

/** Of each table; nine tenths are of the app that the console shows. */
const rows = 12_000
/** The most that the console draws of one tree. */
export const treeNodes = 5_000
export const treeRoot = 'tree-1'
const childrenEach = 8

export async function startServed(): Promise<Served> {
  execFileSync(process.execPath, [fileURLToPath(builder)])
  const path = join(temporaryFolder(), 'console.db')
  await createSqliteStore({ path }).close()
  fillFile(path)
  const ofApps = apps.map((appId) => ({ appId, secret: 'bench', edition: '2018' as const }))
  const sandbox = await listenSandbox({ apps: ofApps })
  const apiKey = systemRandom(32).toString('base64url')
  // It is not started: what is due in these tables stays.
  const reach = createReachServer(
    {
      apps: ofApps,
      apiBase: sandbox.url,
      apiKeys: [{ key: apiKey, scopes: ['read', 'send', 'admin'] }],
      secretKeys: [systemRandom(32)],
      database: { engine: 'sqlite', path },
      trustedProxies: 0,
    },
    { log: false },
  )
  await reach.ready()
  const listening = await listen(reach.createApp().callback(), { port: 0, host: '127.0.0.1' })
  return {
    origin: listening.url,
    apiKey,
    async close() {
      await listening.close(0)
      await reach.close()
      await sandbox.close()
    },
  }
}

function fillFile(path: string): void {
  const file = new DatabaseSync(path)
  file.exec('PRAGMA synchronous = OFF')
  addOpenKey(file)
  for (const text of [...fill(rows, 'SQLite'), ...tree]) file.exec(text)
  // As if all had happened until now: so there are open windows, and messages of the last day.
  const laterMs = Date.now() - firstMs - rows * everyMs
  file.exec(`
    UPDATE messages SET created_ms = created_ms + ${laterMs};
    UPDATE pushes SET received_ms = received_ms + ${laterMs};
    INSERT INTO credits (usr, id, kind, ref, uses_left, usable_until_ms)
      SELECT usr, ${allowance}, ${kindCode.of('wrote')}, '', 5, ${Date.now() + day} FROM users;
    UPDATE push_contents SET received_ms = received_ms + ${laterMs}`)
  file.close()
}

const numbers = `WITH RECURSIVE n (n) AS (
  SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${treeNodes})`

/** Each share of the tree was opened once. */
const tree = [
  `${numbers} INSERT INTO shares (share, app, usr, share_id, parent, started_ms, page)
   SELECT ${rows} + n, 1, usr, 'tree-' || n,
     CASE WHEN n > 1 THEN ${rows} + (n + ${childrenEach} - 2) / ${childrenEach} END,
     ${firstMs} + n, 'pages/index'
   FROM n JOIN (SELECT usr, row_number() OVER () AS u FROM users WHERE app = 1) ON u = n`,
  `INSERT INTO arrivals (usr, share, at_ms, received_ms, scene, page)
   SELECT usr, share, started_ms, started_ms, 1007, 'pages/index'
   FROM shares WHERE share > ${rows}`,
]
