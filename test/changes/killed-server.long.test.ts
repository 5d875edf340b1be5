/** Streams over servers that are killed: no change is missed, and none is told twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '../support/postgres/database.ts'
import { runProcess, type CommandProcess } from '../support/server/command-process.ts'
import { followStream } from '../support/server/follow-stream.ts'
import { createAsk } from '../support/server/http-client.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

const appId = 'wx0123456789abcdef'
let folder: string
let running: CommandProcess[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-killed-'))
  running = []
})
afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ exitCode }) => exitCode))
  rmSync(folder, { recursive: true })
})

async function serve(database: string): Promise<{ url: string; kill(): Promise<unknown> }> {
  const server = runProcess('serve', {
    cwd: folder,
    env: {
      DATABASE_URL: database,
      WECHAT_APPID: appId,
      WECHAT_SECRET: 'a-secret-of-the-platform',
      WECHAT_API_BASE: 'http://127.0.0.1:9',
      REACH_API_KEYS: strongApiKey,
      REACH_SECRET_KEY: strongSecretKey,
      HOST: '127.0.0.1',
      PORT: '0',
    },
  })
  running.push(server)
  const { url } = JSON.parse(await server.line(/"serving"/)) as { url: string }
  return {
    url,
    kill() {
      server.signal('SIGKILL')
      return server.exitCode
    },
  }
}

const pay = async (url: string, openId: string) => {
  const body = { openId, prepayId: `prepay_id=of-${openId}` }
  const { status } = await createAsk(url, strongApiKey)('POST /v1/credits/payment', { body })
  expect(status).toBe(201)
}
const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `user-${String(from + n).padStart(4, '0')}`)
const follow = (url: string, lastId?: string) =>
  followStream(`${url}/v1/stream`, {
    authorization: `Bearer ${strongApiKey}`,
    ...(lastId !== undefined && { 'last-event-id': lastId }),
  })

describe('a stream whose server is killed', () => {
  it('goes on at another process of the same PostgreSQL, without a gap', async () => {
    const database = await createTestDatabase()
    try {
      const [first, second] = [await serve(database.url), await serve(database.url)]
      const stream = await follow(first.url)
      let lastId = (await stream.next()).id
      const heard: unknown[] = []
      const take = async (from: typeof stream) => {
        const { id, event, data } = await from.next()
        expect([event, Number(id) > Number(lastId)]).toEqual(['credit.recorded', true])
        lastId = id
        heard.push(data.openId)
      }
      // Payments reach both processes at once.
      const paying = Promise.all(
        names(0, 60).map((name, n) => pay([first, second][n % 2]!.url, name)),
      )
      for (let n = 0; n < 20; n += 1) await take(stream)
      await paying
      await first.kill()
      expect(await stream.ended).toBe('cut')
      await Promise.all(names(60, 90).map((name) => pay(second.url, name)))
      const resumed = await follow(second.url, lastId)
      await Promise.all(names(90, 100).map((name) => pay(second.url, name)))
      while (heard.length < 100) await take(resumed)
      resumed.stop()
      expect([...heard].sort()).toEqual(names(0, 100))
    } finally {
      await Promise.all(running.map(({ signal, exitCode }) => (signal('SIGKILL'), exitCode)))
      await database.drop()
    }
  }, 60_000)

  it('begins with reset at the restart of the only process on SQLite', async () => {
    const database = `sqlite:${join(folder, 'reach.db')}`
    const killed = await serve(database)
    const stream = await follow(killed.url)
    await stream.next()
    await pay(killed.url, 'user-0000')
    const { id, event } = await stream.next()
    expect(event).toBe('credit.recorded')
    await killed.kill()
    const restarted = await serve(database)
    await pay(restarted.url, 'user-0001')
    const resumed = await follow(restarted.url, id)
    expect((await resumed.next()).event).toBe('reset')
    await pay(restarted.url, 'user-0002')
    expect((await resumed.next()).data).toMatchObject({ openId: 'user-0002' })
    resumed.stop()
  }, 60_000)
})
