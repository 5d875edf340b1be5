/** The demo as a process, and its console in a browser. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createAdvancingClock } from '../../../server/runtime/world.ts'
import { runProcess } from '../server/command-process.ts'
import type { Page } from 'playwright-core'
import type { Scope } from '../../../shared/codes.ts'
import type { CreatedApiKeyReply, Message, MessageRequest } from '../../../shared/wire/index.ts'
import { createAsk, type Ask } from '../server/http-client.ts'
import { createPhone, type Phone } from '../server/phone.ts'
import { startConsoleBrowser, type ConsoleBrowser } from './console-browser.ts'

export interface DemoConsole extends ConsoleBrowser {
  origin: string
  /** Asks the server with the demo's key. */
  ask: Ask
  sandbox: Ask
  /** Sends a message under a key of its own. */
  send(message: MessageRequest): Promise<Message>
  /** Moves the platform's time, for the server and the phones. */
  advance(ms: number): Promise<void>
  phone(openId: string): Promise<Phone>
  /** Signs the page in again, with a new key that may do less than the demo's. */
  signInAs(page: Page, ...scopes: Scope[]): Promise<void>
}

export const appId = 'wx0000000000sandbox'

/** Builds dist/console where its sources have changed. */
export const buildConsole = () =>
  execFileSync('node', ['web/console/build.mjs'], { cwd: resolve(__dirname, '../../..') })

/** @param settings beside those of the demo */
export async function startDemoConsole(
  settings: Record<string, string> = {},
): Promise<DemoConsole> {
  buildConsole()
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-console-'))
  const env = { PORT: '0', SANDBOX_PORT: '0', SIMULATOR_PORT: '0', ...settings }
  const demo = runProcess('start', { cwd: folder, env })
  await demo.line(/Ctrl\+C/)
  const addressOf = (pattern: RegExp) => new URL(pattern.exec(demo.output())![1]!).origin
  const origin = addressOf(/Open (\S+)/)
  const ask = createAsk(origin, 'demo-key')
  const sandbox = createAsk(addressOf(/sandbox\s+(http\S+)/), null)
  const clock = createAdvancingClock()
  let sends = 0
  const browser = await startConsoleBrowser(origin)

  return {
    ...browser,
    origin,
    ask,
    sandbox,
    async send(message) {
      const headers = { 'Idempotency-Key': `sent-${(sends += 1)}` }
      const { status, body } = await ask<Message>('POST /v1/messages', { body: message, headers })
      if (status >= 300) throw new Error(`POST /v1/messages: ${JSON.stringify(body)}`)
      return body
    },
    async advance(ms) {
      clock.advance(ms)
      await sandbox('POST /sandbox/clock', { body: { advanceMs: ms } })
    },
    phone: (openId) => createPhone({ ask, sandbox, clock }, openId, appId),
    async signInAs(page, ...scopes) {
      const body = { name: scopes.join(' '), scopes }
      const { secret } = (await ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })).body
      await page.evaluate(
        (apiKey) =>
          fetch(new URL('../v1/console/session', document.baseURI), {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'X-Reach-Console': '1' },
            body: JSON.stringify({ apiKey }),
          }),
        secret,
      )
      await page.reload()
    },
    async close() {
      await browser.close()
      demo.signal('SIGTERM')
      await demo.exitCode
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
