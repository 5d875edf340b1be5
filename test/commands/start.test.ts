import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'node:http'
import type { ConsoleSessionReply } from '../../shared/wire/index.ts'
import { runProcess, type CommandProcess } from '../support/server/command-process.ts'

let folder: string
let running: CommandProcess[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-start-'))
  running = []
})
afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ exitCode }) => exitCode))
  rmSync(folder, { recursive: true })
})

function start(env: Record<string, string> = {}): CommandProcess {
  const started = runProcess('start', {
    cwd: folder,
    env: { PORT: '0', SANDBOX_PORT: '0', ...env },
  })
  running.push(started)
  return started
}

interface Asked {
  headers?: Record<string, string>
  /** Makes it a POST. */
  body?: string
}

/** fetch sets `Host` by itself. */
const ask = (url: string, { headers, body }: Asked = {}) =>
  new Promise<{ status: number; text: string; cookie: string | undefined }>((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const sent = request(url, { method, headers: { ...headers } }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('end', () => {
        const cookie = reply.headers['set-cookie']?.[0]
        resolve({ status: reply.statusCode!, text: Buffer.concat(chunks).toString(), cookie })
      })
    })
    sent.on('error', reject).end(body)
  })

describe('npm start', () => {
  it('refuses production, names serve, and prints no stack', async () => {
    const refused = start({ NODE_ENV: 'production' })
    expect(await refused.exitCode).toBe(1)
    expect(refused.output()).toMatch(/npm run serve/)
    expect(refused.output()).not.toMatch(/\n\s+at /)
  }, 30_000)

  it('listens on this machine only, and exits with 0 on SIGTERM', async () => {
    const demo = start()
    expect(await demo.line(/http:/)).toMatch(/http:\/\/127\.0\.0\.1:/)
    await demo.line(/Ctrl\+C/)
    demo.signal('SIGTERM')
    expect(await demo.exitCode).toBe(0)
  }, 30_000)

  it('leads to the console in ten lines, and signs it in by itself', async () => {
    const demo = start()
    await demo.line(/Ctrl\+C/)
    expect(demo.output().split('\n').length).toBeLessThanOrEqual(10)
    const { origin } = new URL(/Open (\S+)/.exec(demo.output())![1]!)
    const page = await fetch(`${origin}/`, { redirect: 'manual' })
    expect([page.status, page.headers.get('Location')]).toEqual([302, '/console/'])
    const session = await ask(`${origin}/v1/console/session`)
    expect(session.status).toBe(200)
    const { demo: parts } = JSON.parse(session.text) as ConsoleSessionReply
    const user = await ask(`${origin}${parts!.sandbox}/users`, { body: '{"openId":"alice"}' })
    expect([user.status, user.text]).toEqual([200, expect.stringContaining('alice')])
  }, 30_000)

  it('opens neither to a page whose name was made to point to this machine', async () => {
    const demo = start()
    await demo.line(/Ctrl\+C/)
    const { origin } = new URL(/Open (\S+)/.exec(demo.output())![1]!)
    for (const host of ['evil.example:3000', 'localhost.evil.example', '127.0.0.1.evil.example']) {
      const headers = { host }
      const session = await ask(`${origin}/v1/console/session`, { headers })
      expect([host, session.status, session.cookie]).toEqual([host, 401, undefined])
      expect((await ask(`${origin}/sandbox/users`, { headers })).status).toBe(403)
    }
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await ask(`${origin}/sandbox/users`, { headers, body: '{}' })).status).toBe(403)
    for (const host of ['localhost:3000', '[::1]:3000', 'LOCALHOST']) {
      const session = await ask(`${origin}/v1/console/session`, { headers: { host } })
      expect([host, session.status]).toEqual([host, 200])
    }
  }, 30_000)

  it('exits when another process owns the database', async () => {
    await start().line(/Ctrl\+C/)
    const second = start()
    expect(await second.exitCode).toBe(1)
    expect(second.output()).not.toMatch(/\n\s+at /)
  }, 30_000)
})
