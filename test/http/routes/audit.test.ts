import { describe, expect, it } from '@jest/globals'
import { routes } from '../../../server/http/routes/routes.ts'
import type { AuditEntry, AuditReply, CreatedApiKeyReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { message } from '../../support/server/samples.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { useReach } from '../../support/server/use-reach.ts'

const server = useReach({ apiKeys: [{ key: 'key-that-reads', scopes: ['read'] }] })
const { appId } = app
const requestId = 'the-request-0001'
const headers = { 'X-Request-Id': requestId }

const pageOf = async (query = ''): Promise<AuditReply> =>
  (await server.ask<AuditReply>(`GET /v1/audit${query}`)).body
const entries = async (query = '') => (await pageOf(query)).entries
/** Without those of the look itself. */
const told = async (): Promise<AuditEntry[]> =>
  (await entries()).filter(({ operation }) => operation !== 'GET /v1/audit')

describe('the audit', () => {
  it('has who did what to which object, when, from where, with which outcome', async () => {
    const made = await server.ask<{ templateId: string }>('POST /v1/templates', {
      body: { id: 'AT0002', keywordIds: [3, 4, 5] },
      headers,
    })
    expect(await told()).toEqual([
      {
        at: new Date(startMs).toISOString(),
        by: 'key',
        keyId: expect.stringMatching(/^env_/),
        operation: 'POST /v1/templates',
        appId,
        object: made.body.templateId,
        outcome: 'done',
        status: 201,
        count: 1,
        network: '127.0.0.0/24',
        requestId,
      },
    ])
  })

  it('names the user of a session, of decrypted data and of a payment', async () => {
    const alice = await server.phone('alice-0001')
    const { encryptedData, iv } = await alice.groupData('lunch')
    const body = { openId: 'alice-0001', encryptedData, iv }
    expect((await server.ask('POST /v1/decrypt', { body })).status).toBe(200)
    const paid = { openId: 'bert-0001', prepayId: await alice.pay() }
    await server.ask('POST /v1/credits/payment', { body: paid })
    const { code } = (
      await server.sandbox<{ code: string }>('POST /sandbox/login-codes', {
        body: { openId: 'alice-0001', appId },
      })
    ).body
    const { token } = (await server.ask<{ token: string }>('POST /v1/sessions', { body: { code } }))
      .body
    await server.ask('DELETE /v1/sessions', { body: { token } })
    const concerned = (await told()).map(({ operation, openId }) => [operation, openId])
    expect(concerned).toEqual([
      ['DELETE /v1/sessions', 'alice-0001'],
      ['POST /v1/sessions', 'alice-0001'],
      ['POST /v1/credits/payment', 'bert-0001'],
      ['POST /v1/decrypt', 'alice-0001'],
    ])
  })

  it('has the keys that are made and revoked', async () => {
    const body = { name: 'mailer', scopes: ['send'] }
    const made = (await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })).body
    await server.ask(`DELETE /v1/api-keys/${made.id}`)
    expect((await told()).map(({ operation, object }) => [operation, object])).toEqual([
      ['DELETE /v1/api-keys/:id', made.id],
      ['POST /v1/api-keys', made.id],
    ])
    expect(JSON.stringify(await told())).not.toContain(made.secret)
  })

  it('has the sender of a message in the message', async () => {
    const alice = await server.phone('alice-0001')
    await alice.earnForm()
    const send = async (key: string, id: string) =>
      (
        await server.ask<{ id: string; state: string }>('POST /v1/messages', {
          body: message,
          headers: { 'Idempotency-Key': key, 'X-Request-Id': id },
        })
      ).body
    const sent = await send('key-1', 'request-of-the-first')
    const refused = await send('key-2', 'request-of-the-second')
    expect([sent.state, refused.state]).toEqual(['sent', 'refused'])
    await send('key-1', 'request-of-a-repetition')
    for (const [object, id] of [
      [sent.id, 'request-of-the-first'],
      [refused.id, 'request-of-the-second'],
    ]) {
      expect((await server.ask(`GET /v1/audit/messages/${object}`)).body).toEqual({
        at: new Date(startMs).toISOString(),
        by: 'key',
        keyId: expect.stringMatching(/^env_/),
        operation: 'POST /v1/messages',
        appId,
        openId: 'alice-0001',
        object,
        outcome: 'done',
        count: 1,
        network: '127.0.0.0/24',
        requestId: id,
      })
    }
    for (const id of ['AAAAAAAAAAAAAAAA', 'nonsense']) {
      expectProblem(await server.ask(`GET /v1/audit/messages/${id}`), 404, 'not_found')
    }
  })

  it('has codes that were made, and not those that were known', async () => {
    const body = { kind: 'qrcode', path: 'pages/index?query=1' }
    for (const status of [200, 200]) {
      expect((await server.ask('POST /v1/codes', { body })).status).toBe(status)
    }
    expect(await told()).toEqual([
      expect.objectContaining({
        operation: 'POST /v1/codes',
        object: expect.stringMatching(/^\w{64}$/),
      }),
    ])
  })

  it('counts what is asked often by the minute', async () => {
    for (let n = 0; n < 5; n++) await server.ask('GET /v1/access-token')
    expect((await told()).map(({ count }) => count)).toEqual([1])
    server.monotonic.advance(60_000)
    await server.ask('GET /v1/access-token')
    expect((await told()).map(({ count }) => count).sort()).toEqual([1, 1, 4])
  })

  it('has refused credentials, with the key if it is one of the server', async () => {
    await server.ask('GET /v1/access-token', { token: 'key-of-a-stranger', headers })
    await server.ask('POST /v1/messages', { token: null, body: message })
    await server.ask('GET /v1/metrics', { token: 'key-of-a-stranger' })
    await server.ask('POST /v1/templates', { token: 'key-that-reads', body: {} })
    const refused = { status: 401, outcome: 'unauthorized', by: 'unknown', count: 1 }
    expect(await told()).toMatchObject([
      { by: 'key', keyId: expect.any(String), status: 403, outcome: 'forbidden' },
      { ...refused, operation: 'POST /v1/messages' },
      { ...refused, operation: 'GET /v1/access-token', requestId, network: '127.0.0.0/24' },
    ])
  })

  it('has calls that failed, without what they named', async () => {
    await server.ask('DELETE /v1/templates/alice-0001')
    const [failed] = await told()
    expect(failed).toMatchObject({ operation: 'DELETE /v1/templates/:templateId', status: 404 })
    expect(JSON.stringify(failed)).not.toMatch(/alice/)
  })

  it('leads through its pages, newest first', async () => {
    for (const channel of ['template', 'subscribe', 'customer']) {
      await server.ask(`DELETE /v1/suspensions/${channel}`)
    }
    const operation = `operation=${encodeURIComponent('DELETE /v1/suspensions/:channel')}`
    const first = await pageOf(`?limit=2&${operation}`)
    expect(first.entries.map(({ object }) => object)).toEqual(['customer', 'subscribe'])
    const last = await pageOf(`?limit=2&${operation}&cursor=${first.cursor}`)
    expect(last).toEqual({ entries: [expect.objectContaining({ object: 'template' })] })
  })

  it('filters by key and by time', async () => {
    await server.ask('DELETE /v1/suspensions/template')
    server.clock.advance(60_000)
    await server.ask('GET /v1/access-token', { token: 'key-that-reads' })
    const operation = encodeURIComponent('DELETE /v1/suspensions/:channel')
    const [later, earlier] = await told()
    expect((await entries(`?keyId=${later!.keyId}`)).map(({ status }) => status)).toEqual([403])
    expect(await entries(`?since=${later!.at}&operation=${operation}`)).toEqual([])
    expect(await entries(`?until=${later!.at}`)).toEqual([earlier])
    for (const bad of ['since=yesterday', 'until=2026-12-31T23:59:60Z', 'limit=0', 'who=me']) {
      const path = `query/${bad.split('=')[0]}`
      expectProblem(await server.ask(`GET /v1/audit?${bad}`), 400, 'invalid_query', path)
    }
  })

  it('is for keys with the scope admin', async () => {
    expectProblem(await server.ask('GET /v1/audit', { token: 'key-that-reads' }), 403, 'forbidden')
    expectProblem(await server.ask('GET /v1/audit', { token: null }), 401, 'unauthorized')
  })
})

describe('the audit of a server with two apps', () => {
  const other = { ...app, appId: 'wxfedcba9876543210' }
  const two = useReach({ apps: [app, other] })

  it('shows a key of one app what concerns that app', async () => {
    const body = { name: 'of one app', scopes: ['admin'], appId }
    const key = (await two.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })).body.secret
    for (const one of [app, other]) {
      await two.ask(`DELETE /v1/suspensions/template?appId=${one.appId}`)
    }
    await two.ask('GET /v1/access-token', { token: 'key-of-a-stranger' })
    const ask = (query: string, token?: string) =>
      two.ask<AuditReply>(`GET /v1/audit${query}`, token === undefined ? {} : { token })
    const seen = (await ask('', key)).body.entries
    expect(seen.map(({ operation }) => operation)).toEqual(['DELETE /v1/suspensions/:channel'])
    expect(seen.every((entry) => entry.appId === appId)).toBe(true)
    expectProblem(await ask(`?appId=${other.appId}`, key), 403, 'forbidden')
    const all = (await ask('')).body.entries.filter(({ appId: of }) => of === other.appId)
    expect((await ask(`?appId=${other.appId}`)).body.entries).toEqual(all)
  })
})

describe('every call by an API key', () => {
  /** A message holds what the audit would; the others change nothing and name nobody. */
  const unaudited = [
    'POST /v1/messages',
    'GET /v1/template-library',
    'GET /v1/template-library/:id',
    'GET /v1/templates',
    'POST /v1/templates/lint',
    'GET /v1/subscribe-template-categories',
    'GET /v1/subscribe-template-library',
    'GET /v1/subscribe-template-library/:id',
    'GET /v1/subscribe-templates',
    'GET /v1/codes/usage',
    'GET /v1/codes/:id/image',
    'GET /v1/credits/summary',
    'GET /v1/status',
    'GET /v1/api-keys',
    'GET /metrics',
    'GET /v1/stream',
    'GET /v1/console/session',
    'GET /readyz',
  ]

  it('is audited, or a reason says why not', () => {
    const found = routes
      .filter(({ caller, audit }) => caller !== 'anyone' && caller !== 'phone' && !audit)
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(found.sort()).toEqual([...unaudited].sort())
  })
})
