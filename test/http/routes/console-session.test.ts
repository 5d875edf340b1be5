import { describe, expect, it } from '@jest/globals'
import { scopes } from '../../../shared/codes.ts'
import type {
  AuditReply,
  ConsoleSessionReply,
  CreatedApiKeyReply,
} from '../../../shared/wire/index.ts'
import { hour } from '../../../server/rules/time.ts'
import { systemRandom } from '../../../server/runtime/world.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { listen } from '../../../server/runtime/listen.ts'
import { createAsk, type Asked } from '../../support/server/http-client.ts'
import { apiKey, app, startMs, startReach } from '../../support/server/start-reach.ts'
import { useReach } from '../../support/server/use-reach.ts'

const other = { ...app, appId: 'wxfedcba9876543210' }
const server = useReach({
  apps: [app, other],
  apiKeys: [{ key: 'key-that-reads', scopes: ['read'] }],
})
const at = '/v1/console/session'
const marked = { 'X-Reach-Console': '1' }

const signIn = (key = apiKey, headers: Record<string, string> = {}) =>
  server.ask<ConsoleSessionReply>(`POST ${at}`, {
    token: null,
    body: { apiKey: key },
    headers: { ...marked, ...headers },
  })
const cookieOf = ({ headers }: { headers: Headers }) =>
  /^reach_console=[\w-]*/.exec(headers.get('Set-Cookie') ?? '')![0]
const signedIn = async (key?: string) => cookieOf(await signIn(key))
const withCookie = (cookie: string, { headers, ...asked }: Asked = {}): Asked => ({
  token: null,
  headers: { cookie, ...headers },
  ...asked,
})

describe('sign-in at the console', () => {
  it('exchanges an API key for a cookie that no script and no other site can use', async () => {
    const reply = await signIn()
    expect(reply.status).toBe(201)
    expect(reply.body).toEqual({
      apps: [
        { appId: app.appId, edition: '2018', zoneMinutes: 480 },
        { appId: other.appId, edition: '2018', zoneMinutes: 480 },
      ],
      keyId: expect.stringMatching(/^env_/),
      scopes: [...scopes],
      expiresAt: new Date(startMs + 12 * hour).toISOString(),
    })
    expect(reply.headers.get('Set-Cookie')).toMatch(
      /^reach_console=[\w-]{80,200}; Path=\/v1; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    )
    expect(reply.headers.get('Cache-Control')).toBe('no-store')
    const again = await server.ask(`GET ${at}`, withCookie(cookieOf(reply)))
    expect([again.status, again.body]).toEqual([200, reply.body])
  })

  it('marks the cookie Secure where the browser came by https', async () => {
    const reply = await signIn(apiKey, { origin: 'https://reach.example.com' })
    expect(reply.headers.get('Set-Cookie')).toMatch(/; Secure$/)
  })

  it('refuses an unknown key, and says nothing of it', async () => {
    const reply = await signIn('an-invented-key')
    expectProblem({ ...reply, body: reply.body as never }, 401, 'unauthorized')
    expect(reply.headers.get('Set-Cookie')).toBeNull()
    expect(reply.text).not.toContain('an-invented-key')
  })

  it('replies 401 to a browser that is not signed in', async () => {
    const reply = await server.ask(`GET ${at}`, { token: null })
    expectProblem(reply, 401, 'unauthorized')
    expect(reply.body.detail).toMatch(/Nobody is signed in/)
  })

  it('is limited by address, apart from the sign-ins of phones', async () => {
    for (let n = 0; n < 20; n += 1) expect((await signIn('guess')).status).toBe(401)
    const limited = await signIn()
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(0)
    await server.phone('alice-0001')
    server.monotonic.advance(60_000)
    expect((await signIn()).status).toBe(201)
  })

  it('tells only the app of a key that is bound to one', async () => {
    const body = { name: 'of one app', scopes: ['read'], appId: other.appId }
    const { secret, id } = (await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body }))
      .body
    expect((await signIn(secret)).body).toMatchObject({
      apps: [{ appId: other.appId }],
      appId: other.appId,
      keyId: id,
      scopes: ['read'],
    })
  })

  it('and sign-out are in the audit', async () => {
    const cookie = await signedIn()
    await signIn('guess')
    await server.ask(`DELETE ${at}`, withCookie(cookie, { headers: marked }))
    await server.ask(`GET ${at}`, { token: null })
    const { entries } = (await server.ask<AuditReply>('GET /v1/audit')).body
    expect(entries.map(({ by, operation, outcome }) => [by, operation, outcome])).toEqual([
      ['key', `DELETE ${at}`, 'done'],
      ['unknown', `POST ${at}`, 'unauthorized'],
      ['key', `POST ${at}`, 'done'],
    ])
  })
})

describe('a session of the console', () => {
  const credits = `GET /v1/users/alice-0001/credits?appId=${app.appId}`

  it('does what its key may do, and no more', async () => {
    const cookie = await signedIn('key-that-reads')
    expect((await server.ask(credits, withCookie(cookie))).status).toBe(200)
    const suspensions = `DELETE /v1/suspensions/template?appId=${app.appId}`
    const refused = await server.ask(suspensions, withCookie(cookie, { headers: marked }))
    expectProblem(refused, 403, 'forbidden')
    expect(refused.body.detail).toMatch(/lacks the scope admin/)
    const allowed = withCookie(await signedIn(), { headers: marked })
    expect((await server.ask(suspensions, allowed)).status).toBe(204)
  })

  it('is as good as a header for every caller with a key', async () => {
    const asked = withCookie(await signedIn())
    for (const path of ['/v1/api-keys', '/v1/audit', '/metrics']) {
      expect([path, (await server.ask(`GET ${path}`, asked)).status]).toEqual([path, 200])
    }
  })

  it('ends twelve hours after the sign-in', async () => {
    const asked = withCookie(await signedIn())
    server.clock.advance(12 * hour - 1)
    expect((await server.ask(credits, asked)).status).toBe(200)
    server.clock.advance(1)
    const reply = await server.ask(credits, asked)
    expectProblem(reply, 401, 'unauthorized')
    expect(reply.body.detail).toMatch(/session of the console has ended/)
    expectProblem(await server.ask(`GET ${at}`, asked), 401, 'unauthorized')
  })

  it('ends with its key, if that ends earlier', async () => {
    const expiresAt = new Date(startMs + hour).toISOString()
    const body = { name: 'for an hour', scopes: ['read'], expiresAt }
    const { secret } = (await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })).body
    const reply = await signIn(secret)
    expect(reply.body.expiresAt).toBe(expiresAt)
    expect(reply.headers.get('Set-Cookie')).toMatch(/Max-Age=3600;/)
    server.clock.advance(hour)
    expect((await server.ask(credits, withCookie(cookieOf(reply)))).status).toBe(401)
  })

  it('ends when its key is revoked', async () => {
    const body = { name: 'to be revoked', scopes: ['read'] }
    const made = (await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })).body
    const asked = withCookie(await signedIn(made.secret))
    expect((await server.ask(credits, asked)).status).toBe(200)
    await server.ask(`DELETE /v1/api-keys/${made.id}`)
    expectProblem(await server.ask(credits, asked), 401, 'unauthorized')
    const session = await server.ask(`GET ${at}`, asked)
    expect(session.body.detail).toMatch(/revoked: sign in again/)
  })

  it('ends with the sign-out: the cookie is cleared', async () => {
    const asked = withCookie(await signedIn(), { headers: marked })
    const reply = await server.ask(`DELETE ${at}`, asked)
    expect(reply.status).toBe(204)
    expect(reply.headers.get('Set-Cookie')).toMatch(/^reach_console=; Path=\/v1; Max-Age=0;/)
  })

  it('is not of a cookie that was changed, cut or made elsewhere', async () => {
    const cookie = await signedIn()
    const flipped = (place: number) => {
      const n = 'reach_console='.length + place
      return cookie.slice(0, n) + (cookie[n] === 'A' ? 'B' : 'A') + cookie.slice(n + 1)
    }
    const bad = [
      ...[0, 6, 30, 50, 100].map(flipped),
      cookie.slice(0, -4),
      `${cookie}AAAA`,
      'reach_console=',
      'reach_console=%00',
      'reach_console=__proto__',
    ]
    for (const one of bad) {
      expect([one, (await server.ask(credits, withCookie(one))).status]).toEqual([one, 401])
    }
    expect((await server.ask(credits, withCookie(`a=b; ${cookie}; c=d`))).status).toBe(200)
  })

  it('is not of a server with other REACH_SECRET_KEYS', async () => {
    const another = await startReach({ settings: { secretKeys: [systemRandom(32)] } })
    try {
      const asked = withCookie(await signedIn())
      expect((await another.ask('GET /v1/users/alice-0001/credits', asked)).status).toBe(401)
    } finally {
      await another.close()
    }
  })

  it('yields to an Authorization header', async () => {
    const asked = { ...withCookie(await signedIn()), token: 'an-invented-key' }
    expect((await server.ask(credits, asked)).status).toBe(401)
  })

  it('is none of a phone', async () => {
    const cookie = await signedIn()
    const asked = withCookie(cookie, { headers: marked, body: { sentAt: 0, events: [] } })
    expect((await server.ask('POST /v1/events', asked)).status).toBe(401)
  })
})

describe('an openId that is unmasked or copied', () => {
  const reveal = `POST /v1/console/revealed?appId=${app.appId}`

  it('is in the audit, with who did it', async () => {
    await server.phone('alice-0001')
    const cookie = await signedIn('key-that-reads')
    const asked = withCookie(cookie, { body: { openId: 'alice-0001' }, headers: marked })
    expect((await server.ask(reveal, asked)).status).toBe(204)
    const { entries } = (await server.ask<AuditReply>('GET /v1/audit')).body
    const [begun, told] = [entries.at(-1), entries.at(0)]
    expect(told).toMatchObject({
      operation: 'POST /v1/console/revealed',
      appId: app.appId,
      openId: 'alice-0001',
      keyId: begun!.keyId,
      outcome: 'done',
    })
  })

  it('needs the app and an openId', async () => {
    const bad = { body: { openId: 'no openId' } }
    expectProblem(await server.ask(reveal, bad), 400, 'invalid_body', '/openId')
    const good = { body: { openId: 'alice-0001' } }
    const without = await server.ask('POST /v1/console/revealed', good)
    expectProblem(without, 400, 'app_id_required')
  })
})

describe('a request of another page', () => {
  const post = `POST /v1/templates/lint?appId=${app.appId}`
  const body = { title: '购买成功通知', keywords: ['购买地点'] }
  const from = (site: string) => ({ 'sec-fetch-site': site })

  it('cannot act with the cookie: it has no header of the console', async () => {
    const cookie = await signedIn()
    const refused = await server.ask(post, withCookie(cookie, { body }))
    expectProblem(refused, 403, 'forbidden')
    expect(refused.body.detail).toMatch(/X-Reach-Console: 1/)
    const taken = await server.ask(post, withCookie(cookie, { body, headers: marked }))
    expect(taken.status).toBe(200)
  })

  it.each(['cross-site', 'same-site', 'none'])(
    'is refused as the browser tells: %s',
    async (site) => {
      const headers = { ...marked, ...from(site) }
      const asked = withCookie(await signedIn(), { body, headers })
      expectProblem(await server.ask(post, asked), 403, 'forbidden')
      const own = withCookie(await signedIn(), {
        body,
        headers: { ...marked, ...from('same-origin') },
      })
      expect((await server.ask(post, own)).status).toBe(200)
    },
  )

  it('cannot read with the cookie either; an address that is typed in can', async () => {
    const cookie = await signedIn()
    const statuses: [string, number][] = []
    for (const site of ['cross-site', 'same-site', 'same-origin', 'none']) {
      const asked = withCookie(cookie, { headers: from(site) })
      statuses.push([site, (await server.ask('GET /v1/api-keys', asked)).status])
    }
    expect(statuses).toEqual([
      ['cross-site', 403],
      ['same-site', 403],
      ['same-origin', 200],
      ['none', 200],
    ])
  })

  it('cannot sign anybody in or out', async () => {
    const cookie = await signedIn()
    const unmarked = { token: null, body: { apiKey } }
    expectProblem(await server.ask(`POST ${at}`, unmarked), 403, 'forbidden')
    expectProblem(await server.ask(`DELETE ${at}`, withCookie(cookie)), 403, 'forbidden')
    const elsewhere = { ...unmarked, headers: { ...marked, ...from('cross-site') } }
    expectProblem(await server.ask(`POST ${at}`, elsewhere), 403, 'forbidden')
  })

  it('learns nothing by CORS: no reply allows another origin', async () => {
    const headers = { origin: 'https://elsewhere.example', cookie: await signedIn() }
    for (const method of ['GET', 'OPTIONS']) {
      const reply = await server.ask(`${method} /v1/api-keys`, { token: null, headers })
      expect(reply.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect(reply.headers.get('Access-Control-Allow-Credentials')).toBeNull()
    }
  })
})

describe('the demo', () => {
  const demo = { apiKey, sandbox: '/sandbox' }
  const inDemo = useReach({ settings: { consoleDemo: demo } })
  const ask = (headers: Record<string, string> = {}) =>
    inDemo.ask<ConsoleSessionReply>(`GET ${at}`, { token: null, headers })

  it('signs a browser of its own machine in by itself, and names its sandbox', async () => {
    const reply = await ask()
    expect([reply.status, reply.body.demo]).toEqual([200, { sandbox: '/sandbox' }])
    const cookie = cookieOf(reply)
    expect((await inDemo.ask('GET /v1/api-keys', withCookie(cookie))).status).toBe(200)
    inDemo.clock.advance(30 * 24 * hour)
    expect((await inDemo.ask('GET /v1/api-keys', withCookie(cookie))).status).toBe(200)
  })

  it.each([
    ['X-Forwarded-For', '203.0.113.7'],
    ['Forwarded', 'for=203.0.113.7'],
    ['Via', '1.1 proxy'],
  ])('signs nobody in who comes through a proxy (%s)', async (name, value) => {
    expect((await ask({ [name]: value })).status).toBe(401)
  })
})

describe('a server without the console', () => {
  const without = useReach({ settings: { console: 'off' } })

  it('has no sessions, and takes no cookie', async () => {
    const asked = { token: null, body: { apiKey }, headers: marked }
    expectProblem(await without.ask(`POST ${at}`, asked), 404, 'not_found')
    const reply = await without.ask('GET /v1/api-keys', withCookie(await signedIn()))
    expectProblem(reply, 401, 'unauthorized')
  })
})

describe('a server with the console at its internal port', () => {
  const inside = useReach({ settings: { console: 'internal' } })

  it('has it there, with all routes, and takes its sessions nowhere else', async () => {
    const asks = ['internal', 'public'] as const
    const [internal, outside] = await Promise.all(
      asks.map((part) =>
        listen(inside.reach.createApp(part).callback(), { port: 0, host: '127.0.0.1' }),
      ),
    )
    const to = (url: string) => createAsk(url, null)
    try {
      const asked = { body: { apiKey }, headers: marked }
      const signed = await to(internal!.url)('POST /v1/console/session', asked)
      expect(signed.status).toBe(201)
      const headers = { cookie: cookieOf(signed) }
      const statusesOf = async (url: string) => [
        (await to(url)('GET /v1/api-keys', { headers })).status,
        (await to(url)('GET /console/')).headers.has('Content-Security-Policy'),
        (await to(url)('GET /metrics', { headers })).status,
      ]
      expect(await statusesOf(internal!.url)).toEqual([200, true, 200])
      expect(await statusesOf(outside!.url)).toEqual([401, false, 404])
      const refused = await to(outside!.url)('POST /v1/console/session', asked)
      expectProblem(refused, 404, 'not_found')
    } finally {
      await Promise.all([internal!.close(0), outside!.close(0)])
    }
  })
})
