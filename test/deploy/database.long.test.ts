/** deploy/database.sh beside running servers: needs sqlite3, and pg_config with its programs. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { systemRandom } from '../../server/runtime/world.ts'
import type { CreditsReply, Message } from '../../shared/wire/index.ts'
import { databaseSettings } from '../support/engines.ts'
import { createCluster, type Cluster } from '../support/postgres/cluster.ts'
import { runOn } from '../support/postgres/database.ts'
import type { Ask } from '../support/server/http-client.ts'
import { template } from '../support/server/samples.ts'
import { startReach, type StartedReach } from '../support/server/start-reach.ts'

const run = promisify(execFile)
const script = join(__dirname, '../../deploy/database.sh')
/** Those of one version: pg_dump refuses a newer server. */
const programs = execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim()

let cluster: Cluster
let folder: string
let file: string
beforeAll(async () => void (cluster = await createCluster(programs)))
afterAll(() => cluster.drop())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-backup-'))
  file = join(folder, "it's a backup")
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Rejects with what it printed. */
const database = (verb: 'backup' | 'restore', env: Record<string, string>) =>
  run(script, [verb, file], {
    env: { PATH: [programs, process.env.PATH].join(delimiter), ...env },
  })

let made = 0
const databases = {
  SQLite: async () => `sqlite:${join(folder, `reach ${(made += 1)}.db`)}`,
  async PostgreSQL() {
    const name = `reach_${(made += 1)}`
    await runOn(cluster.url, `CREATE DATABASE ${name}`)
    return cluster.url.replace(/postgres$/, name)
  },
}

const secretKeys = [systemRandom(32)]
async function serve(url: string): Promise<StartedReach> {
  const server = await startReach({ settings: { database: databaseSettings(url), secretKeys } })
  await server.reach.ready()
  return server
}

const openIds = Array.from({ length: 30 }, (_, n) => `user-of-backup-${n}`)
const pay = (ask: Ask, openId: string, prepayId: string) =>
  ask('POST /v1/credits/payment', { body: { openId, prepayId } })
const creditsOf = async ({ ask }: StartedReach, openId: string) =>
  (await ask<CreditsReply>(`GET /v1/users/${openId}/credits`)).body
const send = ({ ask }: StartedReach) =>
  ask<Message>('POST /v1/messages', {
    body: { channel: 'template', openId: 'payer-of-backup', templateId: template },
    headers: { 'Idempotency-Key': 'order-of-backup' },
  })
const callsOf = async ({ sandbox }: StartedReach) =>
  (await sandbox<{ calls: { path: string }[] }>('GET /sandbox/calls')).body.calls.filter(
    ({ path }) => path.includes('/template/send'),
  )

describe.each(Object.entries(databases))('a backup of %s', (_, createDatabase) => {
  it('of a server that writes restores the same ledger elsewhere', async () => {
    const [url, elsewhere] = [await createDatabase(), await createDatabase()]
    const original = await serve(url)
    const payer = await original.phone('payer-of-backup')
    await pay(original.ask, payer.openId, await payer.pay())
    const { body: sent } = await send(original)
    expect(sent.state).toBe('sent')
    for (const openId of openIds) await pay(original.ask, openId, `before-${openId}`)
    const before = await Promise.all(openIds.map((openId) => creditsOf(original, openId)))

    const saved = new AbortController()
    const writing = (async () => {
      for (let n = 0; !saved.signal.aborted; n += 1)
        await pay(original.ask, 'busy-user', `during-${n}`)
    })()
    await database('backup', { DATABASE_URL: url }).finally(() => saved.abort())
    await writing
    await original.close()
    await database('restore', { DATABASE_URL: elsewhere })

    const restored = await serve(elsewhere)
    const after = await Promise.all(openIds.map((openId) => creditsOf(restored, openId)))
    expect(before[0]!.credits).toHaveLength(1)
    expect(after).toEqual(before)
    // The message is known: its key sends nothing a second time.
    expect((await send(restored)).body).toEqual(sent)
    expect(await callsOf(restored)).toEqual([])
    await restored.close()
  })

  it('is readable by its owner alone, and replaces no file', async () => {
    const url = await createDatabase()
    await (await serve(url)).close()
    await database('backup', { DATABASE_URL: url })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await expect(database('backup', { DATABASE_URL: url })).rejects.toThrow(/exists: name another/)
  })

  it('is not restored over a database that is there', async () => {
    const [url, other] = [await createDatabase(), await createDatabase()]
    await (await serve(url)).close()
    await database('backup', { DATABASE_URL: url })
    const server = await serve(other)
    await pay(server.ask, 'kept-user', 'kept-payment')
    await server.close()
    await expect(database('restore', { DATABASE_URL: other })).rejects.toThrow(/exist/)
    const same = await serve(other)
    expect((await creditsOf(same, 'kept-user')).credits).toHaveLength(1)
    await same.close()
  })

  it('that broke off or is damaged is not taken for a whole one', async () => {
    const [url, elsewhere] = [await createDatabase(), await createDatabase()]
    await (await serve(url)).close()
    await database('backup', { DATABASE_URL: url })
    writeFileSync(file, readFileSync(file).subarray(0, 5_000))
    await expect(database('restore', { DATABASE_URL: elsewhere })).rejects.toThrow(
      /no sound|pg_restore:/,
    )
    expect(existsSync(elsewhere.replace('sqlite:', ''))).toBe(false)
  })
})

describe('deploy/database.sh', () => {
  it('reads the URL from a file, and shows no password to the list of processes', async () => {
    const fake = 'printf "%s\\n" "argument $@" >&2; echo "password $PGPASSWORD" >&2; exit 1'
    writeFileSync(join(folder, 'pg_dump'), `#!/bin/sh\n${fake}\n`, { mode: 0o755 })
    const DATABASE_URL_FILE = join(folder, 'url')
    writeFileSync(DATABASE_URL_FILE, 'postgres://reach:p%40ss-of-reach@db:5432/reach\n')
    const PATH = [folder, process.env.PATH].join(delimiter)
    const error = await database('backup', { PATH, DATABASE_URL_FILE }).catch((cause) => cause)
    const { stderr } = error as { stderr: string }
    expect(stderr).toContain('argument --dbname=postgres://reach@db:5432/reach')
    expect(stderr.match(/.*of-reach.*/g)).toEqual(['password p@ss-of-reach'])
  })

  it.each([
    ['backup', {}, /Set DATABASE_URL to sqlite:PATH or postgres:/],
    ['backup', { DATABASE_URL: 'sqlite:/nowhere/reach.db' }, /no file .*: set DATABASE_URL/],
    ['restore', { DATABASE_URL: 'sqlite:/nowhere/reach.db' }, /There is no backup/],
  ] as const)('says what to do: %s with %j', async (verb, env, advice) => {
    await expect(database(verb, env)).rejects.toThrow(advice)
  })
})
