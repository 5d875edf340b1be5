/** `serve` as a process that can be killed, and its console in a browser. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdvancingClock } from '../../../server/runtime/world.ts'
import { runProcess, type CommandProcess } from '../server/command-process.ts'
import { createAsk, type Ask } from '../server/http-client.ts'
import { createPhone, type Phone } from '../server/phone.ts'
import { serveProcess, servingUrl } from '../server/serve-process.ts'
import { strongApiKey } from '../server/strong-keys.ts'
import { startConsoleBrowser, type ConsoleBrowser } from './console-browser.ts'
import { appId, buildConsole } from './demo-console.ts'

export interface ServedConsole extends ConsoleBrowser {
  origin: string
  /** Asks the server with a key of all scopes. */
  ask: Ask
  phone(openId: string): Promise<Phone>
  /** Kills the process: it ends no connection and writes nothing more. */
  kill(): Promise<void>
  /** Starts another one at the same address, with the database of the killed one. */
  start(): Promise<void>
}

export async function startServedConsole(): Promise<ServedConsole> {
  buildConsole()
  const cwd = mkdtempSync(join(tmpdir(), 'wx-reach-served-'))
  const app = { appId, secret: 'secret-of-the-served-console', edition: '2018' }
  const platform = runProcess('sandbox', {
    cwd,
    env: { PORT: '0', WECHAT_APPID: appId, WECHAT_SECRET: app.secret, WECHAT_EDITION: '2018' },
  })
  const [apiBase] = /http\S+\d/.exec(await platform.line(/simulates/))!
  const run = (port: string): CommandProcess =>
    serveProcess({
      cwd,
      databaseUrl: `sqlite:${join(cwd, 'reach.db')}`,
      app,
      apiBase,
      settings: { PORT: port },
    })
  let server = run('0')
  const { origin, port } = new URL(await servingUrl(server))
  const browser = await startConsoleBrowser(origin)
  const ask = createAsk(origin, strongApiKey)
  const sandbox = createAsk(apiBase, null)
  const clock = createAdvancingClock()

  return {
    ...browser,
    origin,
    ask,
    phone: (openId) => createPhone({ ask, sandbox, clock }, openId, appId),
    async kill() {
      server.signal('SIGKILL')
      await server.exitCode
    },
    async start() {
      server = run(port)
      await servingUrl(server)
    },
    async close() {
      await browser.close()
      for (const child of [server, platform]) {
        child.signal('SIGTERM')
        await child.exitCode
      }
      rmSync(cwd, { recursive: true, force: true })
    },
  }
}
