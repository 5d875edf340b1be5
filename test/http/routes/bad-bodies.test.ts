import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { expectGoesOn, expectProblem } from '../../support/server/expect-problem.ts'
import type { Asked } from '../../support/server/http-client.ts'
import { named, withBody } from '../../support/server/samples.ts'
import type { Sample } from '../../support/server/samples.ts'
import { minute } from '../../../server/rules/time.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const limit = 256 * 1024
let server: StartedReach
let phone: string

beforeAll(async () => {
  server = await startReach()
  phone = (await server.phone('alice-0001')).token
})
afterAll(() => server.close())
afterEach(async () => {
  // The server goes on, whatever it was sent.
  await expectGoesOn(server)
  server.monotonic.advance(minute)
})

const send = ({ at, route, headers }: Sample, body: unknown, asked: Asked = {}) =>
  server.ask(at, {
    body,
    ...(route.caller === 'phone' && { token: phone }),
    ...(route.caller === 'anyone' && { token: null }),
    headers: { ...headers, ...asked.headers },
  })

it('has a good request of every route that takes a body', () => {
  expect(withBody.filter(({ body }) => body === undefined)).toEqual([])
  expect(withBody.length).toBeGreaterThanOrEqual(7)
})

describe.each(named(withBody))('%s refuses', (_, sample) => {
  it.each([
    ['nothing', ''],
    ['half of it', JSON.stringify(sample.body).slice(0, -1)],
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

  it('a body over 256 KB that does not say how long it is', async () => {
    const chunks = Array.from({ length: 40 }, () => Buffer.alloc(8 * 1024, ' '))
    expectProblem(await send(sample, ReadableStream.from(chunks)), 413, 'body_too_large')
  })

  it('a compressed body', async () => {
    const body = gzipSync(JSON.stringify(sample.body))
    const headers = { 'Content-Encoding': 'gzip' }
    expectProblem(await send(sample, body, { headers }), 415, 'unsupported_encoding')
  })

  it('fields that are missing, by name', async () => {
    const answer = await send(sample, {})
    expectProblem(answer, 400, 'invalid_body')
    expect(answer.body.errors?.map(({ message }) => message)).toContain('is missing')
  })
})

describe.each(named(withBody.filter(({ route }) => route.caller === 'operator')))(
  '%s, which operators call, refuses',
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
