import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scopes, type Scope } from '../../shared/codes.ts'
import type { ApiKeysReply, CreatedApiKeyReply } from '../../shared/wire/index.ts'
import { day } from '../../server/rules/time.ts'
import { expectProblem } from '../support/server/expect-problem.ts'
import { message } from '../support/server/samples.ts'
import { apiKey, app, startReach, type StartedReach } from '../support/server/start-reach.ts'

const a = app.appId
const b = 'wxfedcba9876543210'
const unknown = 'wx00000000000000ff'
const reader = 'a-key-of-the-settings-that-reads'

let server: StartedReach
/** Column → key. */
const keys: Record<string, string> = {}
/** A key of each app, to be revoked: its id. */
const victims: Record<string, string> = {}

const make = async (body: object, token = apiKey) => {
  const made = await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body, token })
  expect(made.status).toBe(201)
  return made.body
}
const keyFor = async (appId: string | undefined, of: readonly Scope[]) =>
  (await make({ name: 'one of the table', scopes: of, ...(appId && { appId }) })).secret

beforeAll(async () => {
  server = await startReach({
    apps: [app, { ...app, appId: b }],
    apiKeys: [{ key: reader, scopes: ['read'] }],
  })
  keys['settings'] = apiKey
  keys['settings read'] = reader
  keys['all apps'] = await keyFor(undefined, scopes)
  keys['A'] = await keyFor(a, scopes)
  keys['A send'] = await keyFor(a, ['send'])
  keys['B admin'] = await keyFor(b, ['admin'])
  for (const appId of [a, b]) {
    for (const column of Object.keys(keys)) {
      victims[`${appId} ${column}`] = (await make({ name: 'victim', scopes: ['read'], appId })).id
    }
  }
})
afterAll(() => server.close())

const columns = ['settings', 'settings read', 'all apps', 'A', 'A send', 'B admin'] as const
type Six = [number, number, number, number, number, number]
interface Call {
  at: string
  body?: object
  headers?: Record<string, string>
}

const send: Pick<Call, 'body' | 'headers'> = {
  body: message,
  headers: { 'Idempotency-Key': 'table' },
}
const read = { name: 'made by the table', scopes: ['read'] }
const admin = { name: 'made by the table', scopes: ['admin'] }

/** For each call the status by the column of the key. A message that was not sent is 201 too. */
const calls: [string, Call | ((column: string) => Call), Six][] = [
  ['credits of A', { at: `GET /v1/users/al/credits?appId=${a}` }, [200, 200, 200, 200, 403, 403]],
  ['credits of B', { at: `GET /v1/users/al/credits?appId=${b}` }, [200, 200, 200, 403, 403, 403]],
  ['credits of no app', { at: 'GET /v1/users/al/credits' }, [400, 400, 400, 200, 403, 403]],
  [
    'credits of an app that is not served',
    { at: `GET /v1/users/al/credits?appId=${unknown}` },
    [400, 400, 400, 403, 403, 403],
  ],
  [
    'a message of A',
    { at: `POST /v1/messages?appId=${a}`, ...send },
    [201, 403, 201, 201, 201, 403],
  ],
  [
    'a message of B',
    { at: `POST /v1/messages?appId=${b}`, ...send },
    [201, 403, 201, 403, 403, 403],
  ],
  ['a message of no app', { at: 'POST /v1/messages', ...send }, [400, 403, 400, 201, 201, 403]],
  ['the token of A', { at: `GET /v1/access-token?appId=${a}` }, [200, 403, 200, 200, 403, 403]],
  ['the token of B', { at: `GET /v1/access-token?appId=${b}` }, [200, 403, 200, 403, 403, 403]],
  [
    'resuming a channel of B',
    { at: `DELETE /v1/suspensions/customer?appId=${b}` },
    [204, 403, 204, 403, 403, 204],
  ],
  ['a share of B', { at: `GET /v1/shares/share-0001?appId=${b}` }, [404, 404, 404, 403, 403, 403]],
  ['metrics of all apps', { at: 'GET /metrics' }, [200, 200, 200, 403, 403, 403]],
  ['the API keys', { at: 'GET /v1/api-keys' }, [200, 403, 200, 200, 403, 200]],
  ['the API keys of B', { at: `GET /v1/api-keys?appId=${b}` }, [200, 403, 200, 403, 403, 200]],
  [
    'a key for its own app',
    { at: 'POST /v1/api-keys', body: admin },
    [201, 403, 201, 201, 403, 201],
  ],
  [
    'a key for B',
    { at: 'POST /v1/api-keys', body: { ...admin, appId: b } },
    [201, 403, 201, 403, 403, 201],
  ],
  [
    'a key for an app that is not served',
    { at: 'POST /v1/api-keys', body: { ...admin, appId: unknown } },
    [400, 403, 400, 403, 403, 403],
  ],
  [
    'a key for B with another scope',
    { at: 'POST /v1/api-keys', body: { ...read, appId: b } },
    [201, 403, 201, 403, 403, 403],
  ],
  [
    'revoking a key of A',
    (column) => ({ at: `DELETE /v1/api-keys/${victims[`${a} ${column}`]}` }),
    [204, 403, 204, 204, 403, 404],
  ],
  [
    'revoking a key of B',
    (column) => ({ at: `DELETE /v1/api-keys/${victims[`${b} ${column}`]}` }),
    [204, 403, 204, 404, 403, 204],
  ],
]

describe.each(calls)('%s', (_name, call, statuses) => {
  it.each(columns.map((column, n): [string, number] => [column, statuses[n]!]))(
    'with the key "%s" is %i',
    async (column, status) => {
      const { at, ...asked } = typeof call === 'function' ? call(column) : call
      const answer = await server.ask(at, { ...asked, token: keys[column]! })
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status })
    },
  )
})

describe('a key that is bound to an app', () => {
  it('does not learn which other apps the server serves', async () => {
    const path = 'GET /v1/users/al/credits?appId='
    const [served, foreign] = await Promise.all(
      [b, unknown].map((appId) => server.ask(path + appId, { token: keys['A']! })),
    )
    expectProblem(served!, 403, 'forbidden')
    const { requestId: _1, ...told } = served!.body
    const { requestId: _2, ...toldOfForeign } = foreign!.body
    expect(toldOfForeign).toEqual(told)
    expect([...foreign!.headers.keys()]).toEqual([...served!.headers.keys()])
  })

  it('makes keys of its app when it names none, and lists no others', async () => {
    const token = keys['A']!
    expect((await make({ name: 'child', scopes: ['send'] }, token)).appId).toBe(a)
    const { body } = await server.ask<ApiKeysReply>('GET /v1/api-keys', { token })
    expect(new Set(body.apiKeys.map(({ appId }) => appId))).toEqual(new Set([a]))
    expect(body.configured).toEqual([])
  })
})

describe('a key that was revoked or has expired', () => {
  it.each(calls)('is refused for %s', async (_name, call) => {
    const { at, ...asked } = typeof call === 'function' ? call('A') : call
    const revoked = await make({ name: 'revoked', scopes, appId: a })
    const used = await server.ask(at, { ...asked, token: revoked.secret })
    expect(used.status).not.toBe(401)
    await server.ask(`DELETE /v1/api-keys/${revoked.id}`)
    expectProblem(await server.ask(at, { ...asked, token: revoked.secret }), 401, 'unauthorized')
  })

  it('is refused from its end on', async () => {
    const expiresAt = new Date(server.clock.now() + day).toISOString()
    const { secret: token } = await make({ name: 'for a day', scopes: ['read'], expiresAt })
    const path = `GET /v1/users/al/credits?appId=${a}`
    expect((await server.ask(path, { token })).status).toBe(200)
    server.clock.advance(day)
    expectProblem(await server.ask(path, { token }), 401, 'unauthorized')
  })
})
