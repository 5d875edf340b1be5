import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createKey, listKeys, revokeKey } from '../../server/commands/keys.ts'
import { createReachServer } from '../../server/reach-server.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import { createRecordedLog } from '../support/logs/recorded-log.ts'
import { createTestDatabase } from '../support/postgres/database.ts'
import { listen } from '../../server/runtime/listen.ts'
import { createAsk } from '../support/server/http-client.ts'
import { app } from '../support/server/start-reach.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What the command prints. */
async function run<Options>(
  command: (terminal: {
    env: Record<string, string>
    print(text: string): void
    stopped: Promise<void>
    options: Options
  }) => Promise<number>,
  url: string,
  options: Options,
): Promise<string> {
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const env = { DATABASE_URL: url }
  expect(await command({ env, print, stopped: new Promise(() => {}), options })).toBe(0)
  return printed.join('\n')
}
const secretIn = (text: string) => text.split('\n').at(-1)!
const idIn = (text: string) => text.split(' ')[0]!

describe('keys', () => {
  it('makes, lists and revokes keys of a SQLite file', async () => {
    const url = `sqlite:${join(folder, 'reach.db')}`
    expect(await run(listKeys, url, {})).toMatch(/no API key/)
    const made = await run(createKey, url, { name: 'the shop', scopes: 'read+send' })
    expect(secretIn(made)).toMatch(/^wxr_[\w-]{43}$/)
    const bound = { name: 'bound', scopes: 'admin', app: app.appId, days: '2' }
    await run(createKey, url, bound)
    const listed = await run(listKeys, url, {})
    expect(listed).toMatch(/^key_\S+ {2}all apps {2}send\+read .*does not expire.* the shop$/m)
    expect(listed).toMatch(
      new RegExp(`^key_\\S+ {2}${app.appId} {2}admin .* expires 20.* bound$`, 'm'),
    )
    expect(listed).not.toContain(secretIn(made))
    expect((await run(listKeys, url, { app: app.appId })).split('\n')).toHaveLength(1)
    expect(await run(revokeKey, url, { id: idIn(made) })).toContain('ten seconds')
    expect(await run(listKeys, url, {})).not.toContain(idIn(made))
    await expect(run(revokeKey, url, { id: idIn(made) })).rejects.toThrow('keys list')
  })

  it('stands in the audit with the keys that it makes and revokes', async () => {
    const path = join(folder, 'reach.db')
    const id = idIn(
      await run(createKey, `sqlite:${path}`, { name: 'x', scopes: 'read', app: app.appId }),
    )
    await run(revokeKey, `sqlite:${path}`, { id })
    const store = createSqliteStore({ path })
    const { entries } = await store.findAudit({ limit: 10 })
    await store.close()
    const done = { at: expect.any(String), by: 'command', object: id, outcome: 'done', count: 1 }
    expect(entries).toEqual([
      { ...done, operation: 'keys revoke' },
      { ...done, operation: 'keys create', appId: app.appId },
    ])
  })

  it('makes a key for a running server, but not in the SQLite file of one', async () => {
    const database = await createTestDatabase()
    const start = (settings: Parameters<typeof createReachServer>[0]['database']) =>
      createReachServer(
        {
          apps: [app],
          apiBase: 'http://127.0.0.1:9',
          apiKeys: [],
          secretKeys: [Buffer.alloc(32, 1)],
          database: settings,
          trustedProxies: 0,
        },
        { log: createRecordedLog() },
      )
    const path = join(folder, 'reach.db')
    const servers = [
      start({ engine: 'postgres', url: database.url, connections: 2 }),
      start({ engine: 'sqlite', path }),
    ]
    const listening = await listen(servers[0]!.createApp().callback(), {
      port: 0,
      host: '127.0.0.1',
    })
    try {
      const made = await run(createKey, database.url, { name: 'first', scopes: 'read' })
      const ask = createAsk(listening.url, secretIn(made))
      expect((await ask('GET /v1/users/alice-0001/credits')).status).toBe(200)
      await expect(run(listKeys, `sqlite:${path}`, {})).rejects.toThrow(/use its \/v1\/api-keys/)
    } finally {
      await listening.close(0)
      await Promise.all(servers.map((server) => server.close()))
      await database.drop()
    }
  })

  it.each([
    [{ scopes: 'read' }, '--name'],
    [{ name: 'two\nlines', scopes: 'read' }, '--name'],
    [{ name: 'x' }, '--scopes'],
    [{ name: 'x', scopes: 'read+everything' }, '--scopes'],
    [{ name: 'x', scopes: 'read', app: 'shop' }, '--app'],
    [{ name: 'x', scopes: 'read', days: '0' }, '--days'],
  ])('refuses %j with what is wrong', async (options, hint) => {
    const url = `sqlite:${join(folder, 'reach.db')}`
    await expect(run(createKey, url, options)).rejects.toThrow(hint)
  })

  it('is a command of two words', () => {
    const main = join(__dirname, '../../dist/server/main.js')
    const env = { PATH: process.env['PATH'], DATABASE_URL: `sqlite:${join(folder, 'reach.db')}` }
    const asked = (...args: string[]) =>
      spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' })
    const { status, stdout } = asked('keys', 'list')
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('no API key') })
    expect(asked('keys', 'revoke', '--help').stdout).toContain('--id ID')
    expect(asked('keys').status).toBe(2)
  })
})
