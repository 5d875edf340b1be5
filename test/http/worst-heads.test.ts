/** The costliest heads and chunks that Node passes on, against a server in this process. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { serverRules } from '../../server/rules/process.ts'
import { holdLimitMs, startHoldTimer } from '../support/hold-timer.ts'
import { startReach, type StartedReach } from '../support/server/start-reach.ts'

let server: StartedReach
beforeAll(async () => {
  server = await startReach({ trustedProxies: 1 })
})
afterAll(() => server.close())

/** Node takes 16 KB of head. */
const room = 15_900
const fill = (text: string) => text.repeat(Math.floor(room / text.length))
const distinct = Array.from({ length: 3_400 }, (_, n) => n.toString(36)).join('&')
const get = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`

const heads: Record<string, string> = {
  'a repeated parameter': get(`/v1/push/x?${fill('a&')}`),
  'many parameters': get(`/v1/push/x?${distinct}`),
  'many parameters at an unknown path': get(`/x?${distinct}`),
  'an encoded parameter': get(`/v1/push/x?a=${fill('%25')}`),
  'a badly encoded parameter': get(`/v1/push/x?a=${fill('%ff')}`),
  'a long path': get(`/${fill('a')}`),
  'many segments': get(`/${fill('a/')}`),
  'many slashes': get(fill('/')),
  'an encoded openId': get(`/v1/users/${fill('%25')}`),
  'a badly encoded openId': get(`/v1/users/${fill('%ff').slice(0, -9)}/credits`),
  'a host of many users': get(`http://${fill('a@').slice(0, -9)}/healthz`),
  'a host of many labels': get(`http://${fill('xn--0.').slice(0, -9)}/healthz`),
  'a fragment': get(`/healthz#${fill('#').slice(0, -9)}`),
  'many headers': get('/healthz', fill('a:\r\n')),
  'many cookies': get('/healthz', `Cookie: ${fill('a=b; ')}\r\n`),
  'many forwarded addresses': get('/healthz', `X-Forwarded-For: ${fill(',')}\r\n`),
  'a long forwarded address': get('/healthz', `X-Forwarded-For: ${fill('1')}:1\r\n`),
  'a long forwarded IPv6 address': get('/healthz', `X-Forwarded-For: ${fill(':')}\r\n`),
  'many preferences': get('/healthz', `Prefer: ${fill('respond-')}\r\n`),
  'many types': get('/healthz', `Accept: ${fill('a/b,')}\r\n`),
  'many ranges': get('/openapi.json', `Range: bytes=${fill('0-1,')}\r\n`),
  'many entity tags': get('/openapi.json', `If-None-Match: ${fill('"a",')}\r\n`),
  'a long credential': get('/v1/access-token', `Authorization: Bearer ${fill('a')}\r\n`),
  'a credential after spaces': get('/readyz', `Authorization: Bearer${fill(' ')}a b\r\n`),
  'a credential before spaces': get('/readyz', `Authorization: Bearer a${fill(' ')}b\r\n`),
  'a long request id': get('/healthz', `X-Request-Id: ${fill('a')}\r\n`),
  'an upgrade': get('/healthz', `Upgrade: ${fill('h2c,')}\r\n`),
}

/** The head of the reply, and how long this process was busy meanwhile. */
async function exchange(bytes: string): Promise<{ status: number; busyMs: number }> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  let reply = ''
  socket.on('data', (part) => (reply += String(part)))
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  const heldMs = startHoldTimer()
  socket.write(bytes, 'latin1')
  await closed
  const busyMs = heldMs()
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(reply)?.[1] ?? 0), busyMs }
}

/** The least of five: other processes take the processor, too. */
async function leastBusy(bytes: string) {
  const tries = []
  for (let n = 0; n < 5; n += 1) tries.push(await exchange(bytes))
  return { status: tries[0]!.status, busyMs: Math.min(...tries.map(({ busyMs }) => busyMs)) }
}

describe('a request whose head is as costly as 16 KB can be', () => {
  it.each(Object.entries(heads))('takes less than 50 ms: %s', async (_, bytes) => {
    const { status, busyMs } = await leastBusy(bytes)
    expect(busyMs).toBeLessThanOrEqual(await holdLimitMs(busyMs))
    expect([200, 400, 401, 403, 404, 405, 431]).toContain(status)
  })
})

describe('a body in chunks', () => {
  const head = 'Host: a\r\nConnection: close\r\nTransfer-Encoding: chunked'
  const post = (chunks: string) => `POST /v1/session HTTP/1.1\r\n${head}\r\n\r\n${chunks}0\r\n\r\n`

  it('is read when they are few', async () => {
    const few = '1\r\n \r\n'.repeat(serverRules.maxBodyChunks - 10)
    expect((await exchange(post(few))).status).toBe(400)
  })

  it('is cut when they are tiny and many', async () => {
    const many = post('1\r\n \r\n'.repeat(200_000))
    const { status, busyMs } = await leastBusy(many)
    expect(status).toBe(0)
    expect(busyMs).toBeLessThanOrEqual(5 * (await holdLimitMs(busyMs)))
  })
})
