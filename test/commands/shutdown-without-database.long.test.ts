/**
 * The process on SIGTERM while its database is unavailable, and while it holds an outcome that it
 * cannot write.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { listenSandbox, type ListeningSandbox } from '../../server/sandbox/listen.ts'
import type { Message } from '../../shared/wire/index.ts'
import { endLeases } from '../support/engines.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts'
import { createDatabaseProxy, type DatabaseProxy } from '../support/postgres/proxy.ts'
import type { CommandProcess } from '../support/server/command-process.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'
import { createAsk } from '../support/server/http-client.ts'
import { template } from '../support/server/samples.ts'
import { serveProcess, servingUrl } from '../support/server/serve-process.ts'
import { strongApiKey } from '../support/server/strong-keys.ts'

const app = { appId: 'wx0123456789abcdef', secret: 'the-secret', edition: '2018' } as const
const openId = 'alice-0001'
const delayMs = 600_000

let folder: string
let database: TestDatabase
let proxy: DatabaseProxy
let monotonic: ReturnType<typeof createDrivenMonotonic>
let sandboxed: ListeningSandbox
let children: CommandProcess[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-stopped-'))
  database = await createTestDatabase()
  proxy = await createDatabaseProxy()
  monotonic = createDrivenMonotonic()
  sandboxed = await listenSandbox({ apps: [app], monotonic })
  children = []
})
afterEach(async () => {
  for (const child of children) {
    child.signal('SIGKILL')
    await child.exitCode
  }
  await sandboxed.close()
  await proxy.cut().catch(() => {})
  await database.drop()
  rmSync(folder, { recursive: true })
})

async function serve(databaseUrl: string) {
  const child = serveProcess({ cwd: folder, databaseUrl, app, apiBase: sandboxed.url })
  children.push(child)
  const url = await servingUrl(child)
  return { child, ask: createAsk(url, strongApiKey) }
}

describe('serve on SIGTERM while its database is unavailable', () => {
  it.each(['refuses connections', 'falls silent'])(
    'ends within 15 s though the database %s, and leaves what it cannot write to its lease',
    async (how) => {
      const { child, ask } = await serve(proxy.to(database.url))
      const sandbox = createAsk(sandboxed.url, null)
      await sandbox('POST /sandbox/users', { body: { openId } })
      const { prepayId } = (
        await sandbox<{ prepayId: string }>('POST /sandbox/prepay-ids', { body: { openId } })
      ).body
      await ask('POST /v1/credits/payment', { body: { openId, prepayId } })
      const path = '/cgi-bin/message/wxopen/template/send'
      await sandbox('POST /sandbox/faults', { body: { path, delayMs } })
      const posted = await ask<Message>('POST /v1/messages', {
        headers: { 'Idempotency-Key': 'key-1', Prefer: 'respond-async' },
        body: { channel: 'template', openId, templateId: template },
      })
      expect(posted.status).toBe(202)
      await monotonic.waitedFor(delayMs)

      if (how === 'falls silent') proxy.silence()
      else await proxy.cut()
      monotonic.advance(delayMs)
      const askedMs = performance.now()
      child.signal('SIGTERM')
      expect(await child.exitCode).toBe(0)
      expect(performance.now() - askedMs).toBeLessThan(17_000)

      await database.run(endLeases)
      const next = await serve(database.url)
      const read = () => next.ask<Message>(`GET /v1/messages/${posted.body.id}`)
      let { state } = (await read()).body
      while (state === 'queued') ({ state } = (await read()).body)
      expect(state).toBe('unknown')
      const inbox = await sandbox<{ messages: unknown[] }>(`GET /sandbox/inbox/${openId}`)
      expect(inbox.body.messages).toHaveLength(1)
    },
    60_000,
  )
})
