import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Route } from '../../../server/http/route.ts'
import { routes } from '../../../server/http/routes/routes.ts'
import { minute } from '../../../server/rules/time.ts'
import { expectGoesOn, expectProblem } from '../../support/server/expect-problem.ts'
import type { Asked } from '../../support/server/http-client.ts'
import {
  envelope,
  message,
  named,
  operatorSamples,
  samples,
  withBody,
} from '../../support/server/samples.ts'
import type { Sample } from '../../support/server/samples.ts'
import { startReach, type StartedReach } from '../../support/server/start-reach.ts'

/** One server for all bad requests: after each, it replies to the next. */
let server: StartedReach
let phone: string
beforeAll(async () => {
  server = await startReach()
  phone = (await server.phone('alice-0001')).token
})
afterAll(() => server.close())
afterEach(async () => {
  await expectGoesOn(server)
  // The limits of requests a minute begin anew.
  server.monotonic.advance(minute)
})

describe('a bad body', () => {
  const limit = 256 * 1024
  const send = ({ at, route, headers }: Sample, body: unknown, asked: Asked = {}) =>
    server.ask(at, {
      body,
      ...(route.caller === 'phone' && { token: phone }),
      ...(route.caller === 'anyone' && { token: null }),
      headers: { ...headers, ...asked.headers },
    })

  it('has a valid request of every route with a body', () => {
    expect(withBody.filter(({ body }) => body === undefined)).toEqual([])
    expect(withBody.length).toBeGreaterThanOrEqual(7)
  })

  describe.each(named(withBody))('%s refuses', (_, sample) => {
    it.each([
      ['nothing', ''],
      ['half of the body', JSON.stringify(sample.body).slice(0, -1)],
      ['a form', 'code=1&openId=2'],
      ['another encoding than UTF-8', Buffer.from(JSON.stringify(sample.body), 'utf16le')],
      ['a number that is none', '{"sentAt": NaN}'],
    ])('%s, which is not JSON', async (_what, body) => {
      expectProblem(await send(sample, body), 400, 'invalid_json')
    })

    it.each(['[]', 'null', '"text"', '5', 'true', '['.repeat(10_000) + ']'.repeat(10_000)])(
      '%.10s, which is not an object',
      async (body) => {
        expectProblem(await send(sample, body), 400, 'invalid_body', '')
      },
    )

    it('a body over 256 KB', async () => {
      const long = { ...sample.body, filling: 'x'.repeat(limit) }
      expectProblem(await send(sample, long), 413, 'body_too_large')
    })

    it('a body over 256 KB without Content-Length', async () => {
      const chunks = Array.from({ length: 40 }, () => Buffer.alloc(8 * 1024, ' '))
      expectProblem(await send(sample, ReadableStream.from(chunks)), 413, 'body_too_large')
    })

    it('a compressed body', async () => {
      const body = gzipSync(JSON.stringify(sample.body))
      const headers = { 'Content-Encoding': 'gzip' }
      expectProblem(await send(sample, body, { headers }), 415, 'unsupported_encoding')
    })
  })

  const isNeeded = ({ route }: Sample) =>
    route.body!.schemas.some(({ required = [] }: { required?: string[] }) => required.length > 0)

  describe.each(named(withBody.filter(isNeeded)))('%s refuses', (_, sample) => {
    it('missing fields, by name', async () => {
      const answer = await send(sample, {})
      expectProblem(answer, 400, 'invalid_body')
      const messages = answer.body.errors?.map((error) => error.message)
      expect(messages).toContain('is missing')
    })
  })

  describe.each(named(withBody.filter(({ route }) => route.caller === 'operator')))(
    '%s, for operators, refuses',
    (_, sample) => {
      it.each(['nonsense', '__proto__', 'constructor', 'a/b'])(
        'the unknown field %s',
        async (field) => {
          const text = JSON.stringify(sample.body).replace(/}$/, `,"${field}":{"x":1}}`)
          const path = `/${field.replace('/', '~1')}`
          expectProblem(await send(sample, text), 400, 'invalid_body', path)
        },
      )
    },
  )
})

describe('bad fields', () => {
  const session = { appId: 'wx0123456789abcdef', code: 'code-of-wx-login' }
  const keys = { openId: 'alice-0001', sessionKey: 'MDEyMzQ1Njc4OWFiY2RlZg==' }
  const secretData = { openId: 'alice-0001', encryptedData: 'AAAA', iv: 'AAAA' }
  const newKey = { name: 'the shop', scopes: ['send'] }
  const payment = { openId: 'alice-0001', prepayId: 'wx201806010001' }
  const nul = 'a\u0000b'
  const huge = 10 ** 300
  const data = (keyword1: unknown) => ({ ...message, data: { keyword1 } })

  /** Each body, and the path that the reply must name. */
  const bad: Record<string, [body: unknown, path: string][]> = {
    'POST /v1/session': [
      [{ ...session, appId: 5 }, '/appId'],
      [{ ...session, appId: 'gh_0123456789' }, '/appId'],
      [{ ...session, code: '' }, '/code'],
      [{ ...session, code: nul }, '/code'],
      [{ ...session, code: 'c'.repeat(129) }, '/code'],
      [{ ...session, wechatVersion: 6.5 }, '/wechatVersion'],
      [{ ...session, sdkVersion: ['1.9.90'] }, '/sdkVersion'],
    ],
    'POST /v1/events': [
      [{ ...envelope, sentAt: '1527825600000' }, '/sentAt'],
      ['{"sentAt":1e999,"events":[{}]}', '/sentAt'],
      [`{"sentAt":1,"sentAt":"twice","events":[{}]}`, '/sentAt'],
      [{ ...envelope, events: {} }, '/events'],
      [{ ...envelope, events: [] }, '/events'],
      [{ ...envelope, events: Array.from({ length: 101 }, () => envelope.events[0]) }, '/events'],
      [{ sentAt: 1 }, '/events'],
    ],
    'POST /v1/sessions': [
      [{ code: 5 }, '/code'],
      [{ code: 'a', openId: 'alice-0001' }, '/openId'],
      [{ ...keys, openId: 'alice 0001' }, '/openId'],
      [{ ...keys, openId: 'o'.repeat(65) }, '/openId'],
      [{ ...keys, sessionKey: null }, '/sessionKey'],
      [{ ...keys, sessionKey: 'MDEyMzQ1Njc4OWFiY2Rl' }, '/sessionKey'],
      [{ openId: 'alice-0001' }, '/sessionKey'],
    ],
    'POST /v1/decrypt': [
      [{ ...secretData, openId: { $ne: '' } }, '/openId'],
      [{ ...secretData, encryptedData: ['AAAA'] }, '/encryptedData'],
      [{ ...secretData, iv: null }, '/iv'],
      [{ ...secretData, iv: '' }, '/iv'],
    ],
    'POST /v1/messages': [
      [{ ...message, channel: 'fax' }, '/channel'],
      [{ ...message, openId: '小明' }, '/openId'],
      [{ ...message, templateId: 't'.repeat(129) }, '/templateId'],
      [{ ...message, page: nul }, '/page'],
      [{ ...message, page: 'p'.repeat(1_025) }, '/page'],
      [data('text'), '/data/keyword1'],
      [data({ value: 5 }), '/data/keyword1/value'],
      [data({ value: 'a', color: 'red' }), '/data/keyword1/color'],
      [data({ value: 'a', colour: '#000000' }), '/data/keyword1/colour'],
      [{ ...message, data: { first: { value: 'a' } } }, '/data/first'],
      [{ ...message, data: [] }, '/data'],
      [{ ...message, emphasisKeyword: 'keyword9.DATA' }, '/emphasisKeyword'],
      [{ ...message, emphasisKeyword: 'keyword1' }, '/emphasisKeyword'],
      [{ ...message, color: '#17317' }, '/color'],
      [{ ...message, deadline: 'tomorrow' }, '/deadline'],
      [{ ...message, deadline: 1_527_825_600_000 }, '/deadline'],
      [{ ...message, deadline: '2018-06-01T05:00:00' }, '/deadline'],
      [{ ...message, deadline: '2026-12-31T23:59:60Z' }, '/deadline'],
      [{ ...message, deadline: '2026-12-31T23:59:59Z[u-ca=hebrew]' }, '/deadline'],
      [{ ...message, deadline: '9999-12-31T23:59:59-23:59' }, '/deadline'],
    ],
    'POST /v1/credits/payment': [
      [{ ...payment, prepayId: {} }, '/prepayId'],
      [{ ...payment, prepayId: huge }, '/prepayId'],
      [{ ...payment, prepayId: 'w'.repeat(129) }, '/prepayId'],
      [{ ...payment, openId: '' }, '/openId'],
    ],
    'POST /v1/api-keys': [
      [{ name: 'shop', scopes: ['send'], expiresAt: '2026-12-31T23:59:60Z' }, '/expiresAt'],
      [{ name: 'shop', scopes: ['send'], expiresAt: '9999-12-31T23:59:59-23:59' }, '/expiresAt'],
      [{ ...newKey, name: '' }, '/name'],
      [{ ...newKey, name: 'n'.repeat(101) }, '/name'],
      [{ ...newKey, scopes: [] }, '/scopes'],
      [{ ...newKey, scopes: ['send', 'send'] }, '/scopes'],
      [{ ...newKey, scopes: ['everything'] }, '/scopes/0'],
      [{ ...newKey, appId: 'an app' }, '/appId'],
      [{ ...newKey, expiresAt: 'tomorrow' }, '/expiresAt'],
      [{ ...newKey, expiresAt: '2018-05-31T00:00:00Z' }, '/expiresAt'],
      [{ ...newKey, secret: 'mine' }, '/secret'],
      [{ name: 'without scopes' }, '/scopes'],
    ],
    'POST /v1/access-token/refresh': [
      [{ rejected: 5 }, '/rejected'],
      [{ rejected: '' }, '/rejected'],
      [{ rejected: 't'.repeat(4_097) }, '/rejected'],
    ],
  }

  describe.each(Object.entries(bad))('%s names the bad field', (name, cases) => {
    const { at, route, headers } = samples.find((sample) => sample.name === name)!
    it.each(cases.map(([body, path]): [string, string, unknown] => [show(body), path, body]))(
      '%s: %s',
      async (_shown, path, body) => {
        const tokens: Partial<Record<Route['caller'], string | null>> = { anyone: null, phone }
        const token = tokens[route.caller]
        const answer = await server.ask(at, {
          body,
          headers,
          ...(token !== undefined && { token }),
        })
        expectProblem(answer, 400, 'invalid_body', path)
      },
    )
  })

  it('names an appId that the server does not serve', async () => {
    const body = { ...session, appId: 'wxfedcba9876543210' }
    expectProblem(
      await server.ask('POST /v1/session', { token: null, body }),
      400,
      'unknown_app',
      '/appId',
    )
  })

  function show(body: unknown): string {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return text.length > 90 ? `…${text.slice(-60)}` : text
  }
})

describe('a bad path', () => {
  const odd = ['%00', '%E0%A4%A', '%', '%ff', 'a%20b', '%F0%9F%8E%81', "'%20OR%201=1", '%2F..%2F..']
  const oddNames = [...odd, '__proto__', 'constructor', 'x'.repeat(5_000)]

  describe('unusual text in a path', () => {
    it.each([...odd, 'x'.repeat(65)])('refuses the openId %.20s', async (openId) => {
      const answer = await server.ask(`GET /v1/users/${openId}/credits`)
      expectProblem(answer, 400, 'invalid_query', 'path/openId')
    })

    it.each(['__proto__', 'constructor', '-', '0'])(
      'replies with no credits for the user %s',
      async (openId) => {
        const answer = await server.ask<object>(`GET /v1/users/${openId}/credits`)
        expect(answer).toMatchObject({ status: 200, body: { credits: [] } })
      },
    )

    it.each(oddNames)('replies 404 for the group, share or message %.20s', async (word) => {
      for (const resource of ['groups', 'shares', 'messages']) {
        expectProblem(await server.ask(`GET /v1/${resource}/${word}`), 404, 'not_found')
      }
    })
  })

  /** Several methods may share a path. */
  const isRoute = (method: string, path: string) =>
    routes.some(
      (route) =>
        route.method.toUpperCase() === method &&
        new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path),
    )

  describe('an unknown path', () => {
    it.each(['/', '/v1', '/v1/nothing', '/v1/user', '/v1/users//credits', '/%E0%A4%A', '/..%2F'])(
      'answers 404 at %s',
      async (path) => {
        expectProblem(await server.ask(`GET ${path}`), 404, 'not_found')
      },
    )

    it.each(named(samples))('answers 405 to another method than %s', async (_, { at }) => {
      const [method, path] = at.split(' ') as [string, string]
      const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
        (other) => !isRoute(other, path),
      )
      expect(others).not.toContain(method)
      for (const other of others) {
        const answer = await server.ask(`${other} ${path}`)
        expectProblem(answer, 405, 'method_not_allowed')
        expect(answer.headers.get('Allow')?.split(', ')).toContain(method)
      }
    })

    it('names each method of a path once', async () => {
      const answer = await server.ask('PUT /v1/messages')
      expect(answer.headers.get('Allow')).toBe('POST, HEAD, GET')
      expect(routes.filter(({ path }) => path === '/v1/messages')).toHaveLength(2)
    })

    it('answers HEAD as GET, without a body', async () => {
      expect(await server.ask('HEAD /healthz')).toMatchObject({ status: 200, text: '' })
    })
  })
})

describe('a bad query', () => {
  describe.each(named(operatorSamples))('%s refuses', (_, { at, body, headers }) => {
    const ask = (query: string) => server.ask(`${at}?${query}`, { body, headers })

    it.each([
      ['nonsense=1', 'query/nonsense'],
      ['nonsense=1&nonsense=2', 'query/nonsense'],
      ['__proto__=1', 'query/__proto__'],
      ['constructor', 'query/constructor'],
      ['appid=wx0123456789abcdef', 'query/appid'],
    ])('the unknown field in ?%s', async (query, path) => {
      expectProblem(await ask(query), 400, 'invalid_query', path)
    })

    it.each([
      'appId=wxfedcba9876543210',
      'appId=',
      'appId=__proto__',
      'appId=wx0123456789abcdef&appId=wx0123456789abcdef',
    ])('an app that it does not serve: ?%s', async (query) => {
      expectProblem(await ask(query), 400, 'unknown_app', 'query/appId')
    })
  })

  describe.each([
    ['GET /v1/groups/tGgroup-0001', { limit: 200 }, ['limit', 'cursor']],
    ['GET /v1/shares/share-0001', { limit: 1_000, depth: 64 }, ['limit', 'depth', 'cursor']],
    ['GET /v1/templates', { count: 20, offset: 1_000_000 }, ['count', 'offset']],
  ] as const)('%s', (at, most, fields) => {
    const ask = (name: string, value: string | number) => server.ask(`${at}?${name}=${value}`)

    it.each(Object.entries(most))('accepts %s up to %d and no more', async (name, value) => {
      expect([200, 404]).toContain((await ask(name, value)).status)
      expectProblem(await ask(name, value + 1), 400, 'invalid_query', `query/${name}`)
    })

    const numbers = fields.filter((name) => name !== 'cursor')
    const wrong = ['abc', '', '-1', '1.5', '1e2', '0x10', ' 1', '9'.repeat(30), '1&', '%E0%A4%A']
    it.each(numbers.flatMap((name) => wrong.map((value): [string, string] => [name, value])))(
      'refuses %s=%s',
      async (name, value) => {
        const query = value === '1&' ? `1&${name}=2` : value
        expectProblem(await ask(name, query), 400, 'invalid_query', `query/${name}`)
      },
    )

    it.each(numbers.filter((name) => name === 'limit' || name === 'count'))(
      'refuses %s=0',
      async (name) => {
        expectProblem(await ask(name, 0), 400, 'invalid_query', `query/${name}`)
      },
    )
  })

  it.each(['x', 'AAAA', '%00%00', 'null', 'MTsyOzM', '-1.5', '%F0%9F%8E%81'])(
    'reads the cursor %s, which is none of ours, as the beginning, or refuses it',
    async (cursor) => {
      for (const at of ['GET /v1/groups/tGgroup-0001', 'GET /v1/shares/share-0001']) {
        expect([400, 404]).toContain((await server.ask(`${at}?cursor=${cursor}`)).status)
      }
    },
  )
})
