/** A server that is killed while it forwards a push, and WeChat, which repeats the push. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { engines } from '../support/engines.ts'
import type { CommandProcess } from '../support/server/command-process.ts'
import { createAsk } from '../support/server/http-client.ts'
import { serveProcess, servingUrl } from '../support/server/serve-process.ts'
import { sha1 } from '../verify/push/platform.ts'
import { startOldBackend, type OldBackend } from './old-backend.ts'

const app = { appId: 'wx0123456789abcdef', secret: 'the-secret', edition: '2026' } as const
const token = 'the-push-token'
const atSeconds = Math.floor(Date.now() / 1_000)
const body = Buffer.from(
  `{"ToUserName":"gh_1","FromUserName":"alice-0001","CreateTime":${atSeconds},` +
    '"MsgType":"text","Content":"hi","MsgId":7}',
)

let folder: string
let backend: OldBackend
let child: CommandProcess
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-forward-'))
  backend = await startOldBackend()
})
afterEach(async () => {
  child.signal('SIGKILL')
  await child.exitCode
  await backend.close()
  rmSync(folder, { recursive: true })
})

async function kill(): Promise<void> {
  child.signal('SIGKILL')
  await child.exitCode
}

it.each(engines)(
  'is forwarded again on $name, until it is taken',
  async (engine) => {
    const database = await engine.createDatabase()
    /** Starts a server, to which WeChat may post the push. */
    async function serve() {
      const settings = { WECHAT_PUSH_TOKEN: token, REACH_FORWARD_PUSHES: backend.url }
      const apiBase = 'http://127.0.0.1:9'
      child = serveProcess({ cwd: folder, databaseUrl: database.url, app, apiBase, settings })
      const ask = createAsk(await servingUrl(child), null)
      return (nonce: string) => {
        const signature = sha1(token, String(atSeconds), nonce)
        const query = `signature=${signature}&timestamp=${atSeconds}&nonce=${nonce}`
        return ask(`POST /v1/push/${app.appId}?${query}`, { body })
      }
    }

    backend.reply(() => {})
    const pushToFirst = await serve()
    const losing = pushToFirst('1').catch((error: Error) => error.message)
    await backend.saw(1)
    await kill()
    expect(await losing).toBe('fetch failed')

    const reply = '{"MsgType":"text","Content":"您好"}'
    backend.reply((response) => void response.end(reply))
    const pushToSecond = await serve()
    expect((await pushToSecond('2')).text).toBe(reply)
    await kill()

    const pushToThird = await serve()
    expect((await pushToThird('3')).text).toBe('success')
    expect(backend.seen.map((seen) => seen.body)).toEqual([String(body), String(body)])
    await kill()
    await database.drop()
  },
  120_000,
)
