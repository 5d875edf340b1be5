import { describe, expect, it } from '@jest/globals'
import { scopes } from '../../../shared/codes.ts'
import type { ApiKeyReply, ApiKeysReply, CreatedApiKeyReply } from '../../../shared/wire/index.ts'
import * as schemas from '../../../server/http/schemas/api-keys.ts'
import { apiKeyRules } from '../../../server/rules/api-keys.ts'
import { minute } from '../../../server/rules/time.ts'
import { createTestDatabase } from '../../support/postgres/database.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { useReach } from '../../support/server/use-reach.ts'

const wanted = { name: '商城 backend', scopes: ['send', 'read'] }

async function make(server: StartedReach, body: object = wanted): Promise<CreatedApiKeyReply> {
  const answer = await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })
  expect(answer.status).toBe(201)
  expectShape(schemas.createdApiKeyReply, answer.body)
  return answer.body
}
async function list(server: StartedReach, query = ''): Promise<ApiKeysReply> {
  const { body } = await server.ask<ApiKeysReply>(`GET /v1/api-keys${query}`)
  expectShape(schemas.apiKeysReply, body)
  return body
}
const credits = 'GET /v1/users/alice-0001/credits'

describe('POST /v1/api-keys', () => {
  const server = useReach()

  it('makes a key whose secret only this reply holds', async () => {
    const answer = await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body: wanted })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const { secret, ...key } = answer.body
    expect(secret).toMatch(/^wxr_[\w-]{43}$/)
    expect(secret).toHaveLength(apiKeyRules.length)
    expect(key).toEqual({
      ...wanted,
      id: expect.stringMatching(/^key_[\w-]{12}$/),
      createdAt: new Date(server.clock.now()).toISOString(),
    })
    expect((await server.ask(credits, { token: secret })).status).toBe(200)
    const listed = await server.ask('GET /v1/api-keys')
    expect(listed.text).toContain(key.id)
    expect(listed.text).not.toContain(secret)
  })

  it('gives the key its scopes, its app and its end, and no more', async () => {
    const expiresAt = new Date(server.clock.now() + minute).toISOString()
    const key = await make(server, { ...wanted, appId: app.appId, expiresAt })
    expect(key).toMatchObject({ appId: app.appId, expiresAt })
    expectProblem(
      await server.ask('POST /v1/decrypt', {
        token: key.secret,
        body: { openId: 'alice-0001', encryptedData: 'AAAA', iv: 'AAAA' },
      }),
      403,
      'forbidden',
    )
  })

  it('refuses scopes that the asking key lacks', async () => {
    const { secret: token } = await make(server, { name: 'admin', scopes: ['admin', 'read'] })
    const ask = (of: readonly string[]) =>
      server.ask('POST /v1/api-keys', { token, body: { name: 'child', scopes: of } })
    expectProblem(await ask(['admin', 'decrypt']), 403, 'forbidden')
    expect((await ask(['admin', 'read'])).status).toBe(201)
  })

  it('gives no key a later end than the asking key has', async () => {
    const at = (ms: number) => new Date(server.clock.now() + ms).toISOString()
    const expiresAt = at(minute)
    const { secret: token } = await make(server, { name: 'admin', scopes: ['admin'], expiresAt })
    const ask = (end: object) =>
      server.ask('POST /v1/api-keys', { token, body: { name: 'x', scopes: ['admin'], ...end } })
    expect(await ask({})).toMatchObject({ status: 201, body: { expiresAt } })
    expect((await ask({ expiresAt })).status).toBe(201)
    expectProblem(await ask({ expiresAt: at(minute + 1) }), 403, 'forbidden')
  })

  it('refuses more keys than an app may have, until one is revoked', async () => {
    const keys: CreatedApiKeyReply[] = []
    for (let n = 0; n < apiKeyRules.most; n += 1) keys.push(await make(server))
    const ask = () => server.ask('POST /v1/api-keys', { body: wanted })
    expectProblem(await ask(), 409, 'too_many_api_keys')
    await make(server, { ...wanted, appId: app.appId })
    await server.ask(`DELETE /v1/api-keys/${keys[0]!.id}`)
    expect((await ask()).status).toBe(201)
  })
})

describe('GET /v1/api-keys', () => {
  const server = useReach({ apiKeys: [{ key: 'of-the-settings', scopes: ['read'] }] })

  it('lists keys with their last use, and those of the settings by their ids', async () => {
    const [first, second] = [
      await make(server),
      await make(server, { ...wanted, appId: app.appId }),
    ]
    await server.ask(credits, { token: second.secret })
    const { secret: _1, ...unused } = first
    const { secret: _2, ...used } = second
    const lastUsedAt = new Date(server.clock.now()).toISOString()
    const both = [unused, { ...used, lastUsedAt }]
    const ids = (keys: ApiKeyReply[]) => [...keys].sort((x, y) => (x.id < y.id ? -1 : 1))
    const { apiKeys, configured } = await list(server)
    expect(ids(apiKeys)).toEqual(ids(both))
    expect(configured.map((key) => key.scopes)).toEqual([[...scopes], ['read']])
    for (const { id } of configured) expect(id).toMatch(/^env_[0-9a-f]{8}$/)
    expect(await list(server, `?appId=${app.appId}`)).toEqual({
      apiKeys: [both[1]],
      configured: [],
    })
  })
})

describe('DELETE /v1/api-keys/:id', () => {
  const server = useReach()

  it('revokes a key at once', async () => {
    const { id, secret: token } = await make(server)
    expect((await server.ask(credits, { token })).status).toBe(200)
    expect((await server.ask(`DELETE /v1/api-keys/${id}`)).status).toBe(204)
    expectProblem(await server.ask(credits, { token }), 401, 'unauthorized')
    expect((await list(server)).apiKeys).toEqual([])
    expectProblem(await server.ask(`DELETE /v1/api-keys/${id}`), 404, 'not_found')
  })

  it('does not revoke a key of the settings', async () => {
    const { configured } = await list(server)
    const answer = await server.ask(`DELETE /v1/api-keys/${configured[0]!.id}`)
    expectProblem(answer, 404, 'not_found')
    expect((await server.ask(credits)).status).toBe(200)
  })
})

describe('two processes on one database', () => {
  it('know each other’s keys, and refuse within ten seconds what the other revoked', async () => {
    const { url, drop } = await createTestDatabase()
    const settings = { database: { engine: 'postgres' as const, url, connections: 2 } }
    const first = await startReach({ settings })
    const second = await startReach({ settings })
    try {
      const { id, secret: token } = await make(first)
      expect((await second.ask(credits, { token })).status).toBe(200)
      await first.ask(`DELETE /v1/api-keys/${id}`)
      second.monotonic.advance(10_000)
      expectProblem(await second.ask(credits, { token }), 401, 'unauthorized')
    } finally {
      await first.close()
      await second.close()
      await drop()
    }
  })
})
