/** `serve` as a child process, stopped while a request is in progress. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { listenSandbox, type ListeningSandbox } from '../../server/sandbox/listen.ts'
import type { Message, SessionReply } from '../../shared/wire/index.ts'
import type { CommandProcess } from '../support/server/command-process.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'
import { createAsk, type Answer, type Ask } from '../support/server/http-client.ts'
import { template } from '../support/server/samples.ts'
import { serveProcess, servingUrl } from '../support/server/serve-process.ts'
import { strongApiKey } from '../support/server/strong-keys.ts'

const app = { appId: 'wx0123456789abcdef', secret: 'the-secret', edition: '2018' } as const
const delayMs = 600_000

let folder: string
let monotonic: ReturnType<typeof createDrivenMonotonic>
let sandboxed: ListeningSandbox
let child: CommandProcess

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-drain-'))
  monotonic = createDrivenMonotonic()
  sandboxed = await listenSandbox({ apps: [app], monotonic })
})
afterEach(async () => {
  child.signal('SIGKILL')
  await child.exitCode
  await sandboxed.close()
  rmSync(folder, { recursive: true })
})

/** Resolves with the server's address once it serves. */
async function serve(settings: Record<string, string> = {}): Promise<string> {
  const databaseUrl = 'sqlite:reach.db'
  child = serveProcess({ cwd: folder, databaseUrl, app, apiBase: sandboxed.url, settings })
  return servingUrl(child)
}

async function withCredit(ask: Ask, sandbox: Ask): Promise<void> {
  const user = { openId: 'alice-0001' }
  await sandbox('POST /sandbox/users', { body: user })
  const { code } = (await sandbox<{ code: string }>('POST /sandbox/login-codes', { body: user }))
    .body
  const { formId } = (await sandbox<{ formId: string }>('POST /sandbox/form-ids', { body: user }))
    .body
  const body = { appId: app.appId, code }
  const { token } = (await ask<SessionReply>('POST /v1/session', { token: null, body })).body
  const form = { id: 'event-0001', at: 0, type: 'form.submitted', formId, page: 'a' }
  await ask('POST /v1/events', { token, body: { sentAt: 0, events: [form] } })
}

/** Begins a send whose reply the platform delays. It is wrapped, so that nobody awaits it here. */
async function sendWaiting(url: string): Promise<{ answering: Promise<Answer<Message>> }> {
  const ask = createAsk(url, strongApiKey)
  const sandbox = createAsk(sandboxed.url, null)
  await withCredit(ask, sandbox)
  const path = '/cgi-bin/message/wxopen/template/send'
  await sandbox('POST /sandbox/faults', { body: { path, delayMs } })
  const answering = ask<Message>('POST /v1/messages', {
    body: { channel: 'template', openId: 'alice-0001', templateId: template },
    headers: { 'Idempotency-Key': 'key-1' },
  })
  await monotonic.waitedFor(delayMs)
  return { answering }
}

describe('serve on SIGTERM', () => {
  it('finishes the request in progress, accepts no other, and exits with 0', async () => {
    const url = await serve()
    const { answering } = await sendWaiting(url)
    child.signal('SIGTERM')
    // The connection is refused once the server stops listening; until then it replies.
    while (
      await fetch(`${url}/healthz`, { headers: { Connection: 'close' } }).catch(() => undefined)
    );
    monotonic.advance(delayMs)

    expect(await answering).toMatchObject({ status: 201, body: { state: 'sent' } })
    const answeredMs = performance.now()
    expect(await child.exitCode).toBe(0)
    // Before the keep-alive connections of clients time out, seconds later.
    expect(performance.now() - answeredMs).toBeLessThan(2_000)
  }, 30_000)

  it('is not ready at the internal port while a request is in progress', async () => {
    const url = await serve({ REACH_INTERNAL_PORT: '0' })
    const { internalUrl } = JSON.parse(await child.line(/"serving"/)) as { internalUrl: string }
    const ready = createAsk(internalUrl, null)
    expect((await ready('GET /readyz')).status).toBe(200)
    expect((await createAsk(url, null)('GET /readyz')).status).toBe(404)

    const { answering } = await sendWaiting(url)
    child.signal('SIGTERM')
    await child.line(/"draining"/)
    expect((await ready('GET /readyz')).status).toBe(503)
    monotonic.advance(delayMs)
    expect((await answering).status).toBe(201)
    expect(await child.exitCode).toBe(0)
  }, 30_000)
})
