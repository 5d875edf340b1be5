/** Each line about the database, provoked on real engines. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { DatabaseSync } from '@photostructure/sqlite'
import { checkDisk, type StatFs } from '../../server/doctor/disk.ts'
import { createSeal } from '../../server/crypto/seal.ts'
import {
  createMonotonicClock,
  createSystemClock,
  silentLog,
  systemRandom,
} from '../../server/runtime/world.ts'
import { hashOf, signIn } from '../store/builders.ts'
import { engines, type Engine } from '../support/engines.ts'
import { createTestDatabase, runOn } from '../support/postgres/database.ts'
import { strongSecretKey } from '../support/server/strong-keys.ts'
import { deploy, type Deployment } from './deployment.ts'

const [sqlite, postgres] = engines as [Engine, Engine]
const otherKey = 'Jm0dZc4TQ2vR8kXwLr5sHb1GiPa6QeXwKcYfC2q7Zk0='
const worldAhead = (ms: number) => {
  const { at, now } = createSystemClock()
  return {
    clock: { at, now: () => now() + ms },
    monotonic: createMonotonicClock(),
    random: systemRandom,
    log: silentLog,
  }
}

/** Beside the server that has it open. */
async function change(url: string, sql: string): Promise<void> {
  if (!url.startsWith('sqlite:')) return void (await runOn(url, sql))
  const db = new DatabaseSync(url.slice('sqlite:'.length))
  db.exec(sql)
  db.close()
}

describe.each(engines)('a database on $name', (engine) => {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await deploy(engine)
  })
  afterAll(() => deployment.close())

  it('is named with its version', async () => {
    expect(await deployment.find('database')).toEqual({
      status: 'ok',
      detail: expect.stringMatching(new RegExp(`^${engine.name} \\d+\\.\\d+`)),
    })
  })

  it('with webhooks that fail, or are disabled, is a warning, or a problem', async () => {
    const found = () => deployment.find('webhooks')
    expect(await found()).toEqual({ status: 'ok', detail: 'there are none' })
    const { ask } = deployment.server
    const made = await ask<{ id: string }>('POST /v1/webhooks', { body: { url: 'https://a.test' } })
    const { id } = made.body
    expect(await found()).toEqual({ status: 'ok', detail: 'none of 1 fails' })
    const set = (column: string) =>
      change(deployment.database.url, `UPDATE webhooks SET ${column} = 1, failure = 'HTTP_500'`)
    await set('failing_since_ms')
    const words = `${id} (HTTP_500)`
    expect(await found()).toMatchObject({ status: 'warning', detail: `failing: ${words}` })
    await set('disabled_ms')
    expect(await found()).toMatchObject({
      status: 'problem',
      detail: `disabled, since they failed for days: ${words}`,
      advice: expect.stringContaining('replay'),
    })
    await ask(`DELETE /v1/webhooks/${id}`)
  })

  it('whose clock and ours differ is a warning', async () => {
    expect(await deployment.find('clock')).toMatchObject({ status: 'ok' })
    expect(await deployment.find('clock', { world: worldAhead(-60_000) })).toEqual({
      status: 'warning',
      detail: expect.stringMatching(/(60\.0|59\.\d) s ahead of ours/),
      advice: expect.stringContaining('NTP'),
    })
    expect((await deployment.find('clock', { world: worldAhead(60_000) })).detail).toContain(
      'behind',
    )
  })

  describe('with sealed values', () => {
    const seals = (keys: string) =>
      deployment.find('secret-keys', { env: { REACH_SECRET_KEY: '', REACH_SECRET_KEYS: keys } })

    it('is fine while there is none', async () => {
      expect(await deployment.find('secret-keys')).toEqual({
        status: 'ok',
        detail: 'nothing is sealed yet',
      })
    })

    it('that a listed key opens is fine, also before a rotation', async () => {
      await deployment.server.phone('alice-0001')
      await deployment.server.ask('GET /v1/access-token')
      expect(await deployment.find('secret-keys')).toMatchObject({
        status: 'ok',
        detail: 'all 2 sealed values have a listed key',
      })
      expect(await seals(`${otherKey},${strongSecretKey}`)).toMatchObject({ status: 'ok' })
    })

    it('that no listed key opens is a problem', async () => {
      const wrong = { REACH_SECRET_KEY: otherKey }
      expect(await deployment.find('secret-keys', { env: wrong })).toEqual({
        status: 'problem',
        detail: 'REACH_SECRET_KEY opens none of the 2 sealed session keys and tokens',
        advice: expect.stringContaining('REACH_SECRET_KEYS'),
      })
    })

    it('with a listed key that opens none is a warning: it may go', async () => {
      expect(await seals(`${strongSecretKey},${otherKey}`)).toMatchObject({
        status: 'warning',
        detail: 'key number 2 of REACH_SECRET_KEYS opens no stored value',
      })
    })

    it('of which a listed key opens some is a warning', async () => {
      const foreign = createSeal([Buffer.from(otherKey, 'base64')], systemRandom)
      await deployment.server.reach.close()
      const store = deployment.database.open()
      const openId = 'bob-0001'
      const sealedKey = foreign.seal(Buffer.alloc(16), { appId: 'wx1', openId })
      await store.signIn(signIn(openId, { sealedKey, tokenHash: hashOf(openId) }))
      await store.close()
      expect(await deployment.find('secret-keys')).toMatchObject({
        status: 'warning',
        detail: '1 of 3 sealed session keys and tokens open under no key',
      })
    })
  })
})

describe('a SQLite file', () => {
  let folder: string
  let deployment: Deployment
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wx-reach-doctor-'))
    deployment = await deploy(sqlite)
  })
  afterAll(async () => {
    await deployment.close()
    rmSync(folder, { recursive: true })
  })
  const at = (name: string) => ({ env: { DATABASE_URL: `sqlite:${join(folder, name)}` } })

  it('that does not exist yet is a warning, and is not made', async () => {
    for (const _ of [1, 2]) {
      expect(await deployment.find('database', at('none.db'))).toEqual({
        status: 'warning',
        detail: 'there is no file yet',
        advice: expect.stringContaining('serve'),
      })
    }
    expect(await deployment.find('migrations', at('none.db'))).toEqual({
      status: 'skipped',
      detail: 'not looked at: see database',
    })
  })

  it('that is none is a problem', async () => {
    writeFileSync(join(folder, 'text.db'), 'this is a text and no database '.repeat(100))
    expect(await deployment.find('database', at('text.db'))).toEqual({
      status: 'problem',
      detail: expect.stringContaining('not a database'),
      advice: expect.stringContaining('restore a backup'),
    })
  })

  it('without tables is a warning: they are made at the next start', async () => {
    writeFileSync(join(folder, 'empty.db'), '')
    expect(await deployment.find('migrations', at('empty.db'))).toMatchObject({
      status: 'warning',
      detail: expect.stringMatching(/^due: 0001-initial-schema, /),
    })
    expect(await deployment.find('secret-keys', at('empty.db'))).toMatchObject({
      status: 'skipped',
      detail: 'not looked at: see migrations',
    })
  })

  it('that was copied without its log is a warning until serve opens it', async () => {
    const path = join(folder, 'copy.db')
    const source = new DatabaseSync(deployment.env.DATABASE_URL!.slice('sqlite:'.length), {
      readOnly: true,
    })
    source.exec(`VACUUM INTO '${path}'`)
    source.close()
    expect(await deployment.find('durability', at('copy.db'))).toEqual({
      status: 'warning',
      detail: expect.stringContaining('write-ahead log'),
    })
  })

  describe('on a disk', () => {
    const path = () => join(folder, 'disk.db')
    const on = (fs: { type?: number; free?: number }): ReturnType<StatFs> =>
      Promise.resolve({
        type: fs.type ?? 0xef53,
        bsize: 4_096,
        bavail: (fs.free ?? 2 ** 40) / 4_096,
      })
    const disk = (fs: Parameters<typeof on>[0] = {}) =>
      checkDisk({ engine: 'sqlite', path: path() }, () => on(fs))

    it('tells what is free and what is taken', async () => {
      writeFileSync(path(), Buffer.alloc(2 ** 20))
      expect(await disk()).toEqual({
        status: 'ok',
        detail: '1024.0 GB free, the database takes 1.0 MB and its log 0.0 MB',
      })
      expect(await deployment.find('disk')).toMatchObject({
        detail: expect.stringMatching(/B free/),
      })
    })

    it.each([
      ['nearly full', { free: 50 * 2 ** 20 }, 'problem', /50\.0 MB free/],
      ['with little room', { free: 500 * 2 ** 20 }, 'warning', /500\.0 MB free/],
      ['in memory', { type: 0x0102_1994 }, 'warning', /in memory/],
      ['of a network', { type: 0x6969 }, 'warning', /network/],
    ])('that is %s is told', async (_, fs, status, detail) => {
      expect(await disk(fs)).toEqual({
        status,
        detail: expect.stringMatching(detail),
        advice: expect.stringMatching(/\.$/),
      })
    })

    it('with no room for a backup is a warning', async () => {
      truncateSync(path(), 3 * 2 ** 30)
      expect(await disk({ free: 2 * 2 ** 30 })).toMatchObject({
        status: 'warning',
        advice: expect.stringContaining('backup'),
      })
    })

    it('whose log a reader keeps from ending is a warning', async () => {
      writeFileSync(`${path()}-wal`, '')
      truncateSync(`${path()}-wal`, 200 * 2 ** 20)
      expect(await disk()).toMatchObject({
        status: 'warning',
        advice: expect.stringContaining('reader'),
      })
    })

    it('that is not there is a problem', async () => {
      const env = { DATABASE_URL: `sqlite:${join(dirname(path()), 'no-folder', 'reach.db')}` }
      expect(await deployment.find('disk', { env })).toMatchObject({
        status: 'problem',
        detail: expect.stringContaining('ENOENT'),
      })
    })
  })
})

describe('PostgreSQL', () => {
  let deployment: Deployment
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  beforeAll(async () => {
    deployment = await deploy(sqlite)
    database = await createTestDatabase()
  })
  afterAll(async () => {
    await deployment.close()
    await database.drop()
  })
  const at = (url = database.url) => ({ env: { DATABASE_URL: url } })
  const set = (text: string) =>
    runOn(database.url, `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET ${text}`)

  it('without tables is a warning, and gets none', async () => {
    expect(await deployment.find('migrations', at())).toMatchObject({
      status: 'warning',
      detail: expect.stringMatching(/^due: 0001-initial-schema, /),
    })
    expect(await database.run("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([])
  })

  it('that may lose what it acknowledged is a warning', async () => {
    await set('synchronous_commit = off')
    expect(await deployment.find('durability', at())).toEqual({
      status: 'warning',
      detail: expect.stringMatching(/^synchronous_commit is off.*Set it to on/),
    })
    await set('synchronous_commit = on')
    expect(await deployment.find('durability', at())).toMatchObject({ status: 'ok' })
  })

  it('that is too old is a problem', async () => {
    // What an older server would answer, from a schema that is searched first.
    await database.run(`
      CREATE SCHEMA older;
      CREATE FUNCTION older.current_setting(text) RETURNS text LANGUAGE sql AS $$
        SELECT CASE $1 WHEN 'server_version_num' THEN '140012'
          ELSE pg_catalog.current_setting($1) END $$`)
    await set('search_path = older, pg_catalog, public')
    expect(await deployment.find('database', at())).toMatchObject({
      status: 'problem',
      advice: 'It must be PostgreSQL 15 or later.',
    })
    await set('search_path = public')
  })

  it('that takes no writes is a problem', async () => {
    await set('default_transaction_read_only = on')
    expect(await deployment.find('database', at())).toEqual({
      status: 'problem',
      detail: expect.stringContaining('PostgreSQL'),
      advice: expect.stringContaining('takes no writes'),
    })
  })

  it('that a newer version has migrated is a problem', async () => {
    const newer = await postgres.createDatabase()
    const store = newer.open()
    await store.ready()
    await store.close()
    await runOn(newer.url, "INSERT INTO migrations (name) VALUES ('9999-of-tomorrow')")
    expect(await deployment.find('migrations', at(newer.url))).toEqual({
      status: 'problem',
      detail: expect.stringContaining('9999-of-tomorrow'),
      advice: expect.stringContaining('Install that version'),
    })
    await newer.drop()
  })

  it.each([
    ['does not listen', 'postgres://u:a-password-of-nobody@127.0.0.1:1/reach', /nothing listens/],
    ['has no such database', '', /does not hold the database/],
  ])('that %s is a problem, told without the password', async (_, given, detail) => {
    const missing = new URL(database.url)
    missing.pathname = '/no_such_database'
    const found = await deployment.find('database', at(given || missing.href))
    expect(found).toEqual({ status: 'problem', detail: expect.stringMatching(detail) })
    expect(found.detail).not.toContain('a-password-of-nobody')
  })

  it('has its disk where it runs', async () => {
    expect(await deployment.find('disk', at())).toMatchObject({ status: 'ok' })
  })
})
