/** A database that cannot grow or cannot be written, as HTTP callers and the terminal see it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { CreditsReply } from '../../shared/wire/index.ts'
import { runProcess } from '../support/server/command-process.ts'
import { createAsk, type Answer, type Ask } from '../support/server/http-client.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

const main = join(__dirname, '../../dist/server/main.js')
const openId = 'alice-0001'

let folder: string
let child: ChildProcess | undefined
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'wx-reach-room-'))))
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const settings = (path: string) => ({
  DATABASE_URL: `sqlite:${path}`,
  WECHAT_APPID: 'wx0123456789abcdef',
  WECHAT_SECRET: 'the-secret',
  WECHAT_EDITION: '2018',
  WECHAT_API_BASE: 'http://127.0.0.1:9',
  REACH_API_KEYS: strongApiKey,
  REACH_SECRET_KEY: strongSecretKey,
  HOST: '127.0.0.1',
  PORT: '0',
})

/** No file of this process can grow beyond `bytes`. To SQLite that is a full disk. */
async function serveWithin(bytes: number): Promise<Ask> {
  child = spawn('prlimit', [`--fsize=${bytes}:unlimited`, process.execPath, main, 'serve'], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...settings('reach.db') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.includes('"serving"')) {
      return createAsk((JSON.parse(line) as { url: string }).url, strongApiKey)
    }
  }
  throw new Error('It ended before it served.')
}
const giveRoom = () => execFileSync('prlimit', ['--pid', String(child!.pid), '--fsize=unlimited'])

const pay = (ask: Ask, n: number) =>
  ask('POST /v1/credits/payment', { body: { openId, prepayId: `wx-${n}` } })
const uses = async (ask: Ask) =>
  (await ask<CreditsReply>(`GET /v1/users/${openId}/credits`)).body.canReceive.template.uses
const send = (ask: Ask) =>
  ask('POST /v1/messages', {
    headers: { 'Idempotency-Key': 'order-1', Prefer: 'respond-async' },
    body: { channel: 'template', openId, templateId: 'T' },
  })

function expectAway({ status, type, headers, body }: Answer<{ code: string }>): void {
  expect([status, type, body.code]).toEqual([
    503,
    expect.stringContaining('application/problem+json'),
    'store_unavailable',
  ])
  expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
}

describe('a full disk', () => {
  it('is a 503 without partial writes, and the server recovers when there is space', async () => {
    const ask = await serveWithin(1_000_000)
    let paid = 0
    for (;;) {
      const answer = await pay(ask, paid)
      if (answer.status !== 201) {
        expectAway(answer)
        break
      }
      paid += 1
      expect(paid).toBeLessThan(2_000)
    }
    expectAway(await pay(ask, paid + 1))
    expectAway(await send(ask))
    expect(await uses(ask)).toBe(3 * paid)

    giveRoom()
    // Neither was recorded: the same event is not a duplicate.
    expect((await pay(ask, paid)).status).toBe(201)
    expect((await pay(ask, paid + 1)).status).toBe(201)
    expect((await pay(ask, 0)).status).toBe(200)
    expect(await uses(ask)).toBe(3 * (paid + 2))
    const sent = await send(ask)
    expect(sent.status).toBe(202)
    expect(sent.headers.get('Idempotency-Replayed')).toBeNull()
  }, 180_000)
})

describe('a disk with space for the log and none for the database file', () => {
  it('is written until the log is full, is then not ready, and recovers with space', async () => {
    const path = join(folder, 'reach.db')
    const store = createSqliteStore({ path })
    const image = {
      appId: 'wx0123456789abcdef',
      type: 'png',
      endsAtMs: 0,
      nowMs: Date.now(),
    } as const
    for (let n = 0; n < 20; n++) {
      await store.keepMedia({ ...image, mediaId: `m${n}`, bytes: Buffer.alloc(1_000_000, n) })
    }
    await store.close()
    const ask = await serveWithin(statSync(path).size + 50_000)
    let paid = 0
    let answer = await pay(ask, paid)
    for (; answer.status === 201; answer = await pay(ask, paid)) paid += 1
    expectAway(answer)
    // Several times the size of a checkpoint: nothing was moved into the file.
    expect(paid).toBeGreaterThan(800)
    // The readiness check writes less than a payment and may still succeed a few times.
    const ready = async () => (await ask('GET /readyz')).status
    let looks = 0
    while ((await ready()) === 200) expect((looks += 1)).toBeLessThan(20)

    giveRoom()
    expect((await pay(ask, paid)).status).toBe(201)
    expect(await uses(ask)).toBe(3 * (paid + 1))
    expect(await ready()).toBe(200)
  }, 180_000)
})

describe('a folder that is not writable', () => {
  it('stops the server at its start, with the file and what to do', async () => {
    const path = '/sys/reach.db'
    const server = runProcess('serve', { cwd: folder, env: settings(path) })
    expect(await server.exitCode).toBe(1)
    expect(server.output()).toMatch(new RegExp(`${path} cannot be written .*let the user`))
    expect(server.output()).not.toMatch(/^ +at /m)
  }, 30_000)
})
