/** Two processes of `serve` on one PostgreSQL database, behind one address. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcess } from '../server/command-process.ts'
import { createAsk, type Ask } from '../server/http-client.ts'
import { serveProcess, servingUrl } from '../server/serve-process.ts'
import { strongApiKey } from '../server/strong-keys.ts'
import { startTcpProxy } from '../network/tcp-proxy.ts'
import { createTestDatabase } from '../postgres/database.ts'
import { startConsoleBrowser, type ConsoleBrowser } from './console-browser.ts'
import { appId, buildConsole } from './demo-console.ts'

export interface TwoServers extends ConsoleBrowser {
  /** Of the second server alone. */
  ask: Ask
  /** Kills the first one, which the address led to, and leads to the second one. */
  killFirst(): Promise<void>
}

export async function startTwoServers(): Promise<TwoServers> {
  buildConsole()
  const cwd = mkdtempSync(join(tmpdir(), 'wx-reach-two-'))
  const database = await createTestDatabase()
  const app = { appId, secret: 'secret-of-two-servers', edition: '2018' }
  const platform = runProcess('sandbox', {
    cwd,
    env: { PORT: '0', WECHAT_APPID: appId, WECHAT_SECRET: app.secret, WECHAT_EDITION: '2018' },
  })
  const [apiBase] = /http\S+\d/.exec(await platform.line(/simulates/))!
  const run = () => serveProcess({ cwd, databaseUrl: database.url, app, apiBase })
  // One after the other: the first one makes the tables.
  const first = run()
  const firstUrl = await servingUrl(first)
  const second = run()
  const secondUrl = await servingUrl(second)
  let target = firstUrl
  const balancer = await startTcpProxy(() => {
    const { hostname: host, port } = new URL(target)
    return { host, port: Number(port) }
  })
  const browser = await startConsoleBrowser(`http://127.0.0.1:${balancer.port}`)

  return {
    ...browser,
    ask: createAsk(new URL(secondUrl).origin, strongApiKey),
    async killFirst() {
      first.signal('SIGKILL')
      await first.exitCode
      target = secondUrl
    },
    async close() {
      await browser.close()
      await balancer.cut()
      for (const child of [first, second, platform]) {
        child.signal('SIGTERM')
        await child.exitCode
      }
      await database.drop()
      rmSync(cwd, { recursive: true, force: true })
    },
  }
}
