import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { apiKey } from '../support/server/start-reach.ts'
import { useSharedReach } from '../support/server/use-reach.ts'

const server = useSharedReach()
beforeAll(async () => {
  const alice = await server.phone('alice-0001')
  const events = Array.from({ length: 60 }, (_, n) => ({
    type: 'subscription.answered' as const,
    answers: { [`template-${n}`]: 'accept' },
  }))
  await alice.postEvents(...events)
})

const long = '/v1/users/alice-0001/credits'

/** As the bytes come: `fetch` unpacks them. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const reply = await new Promise<IncomingMessage>((resolve) => {
    const authorized = { Authorization: `Bearer ${apiKey}`, ...headers }
    request(`${server.url}${path}`, { headers: authorized, method }, resolve).end()
  })
  const { 'content-encoding': encoding, vary } = reply.headers
  return { status: reply.statusCode, encoding, vary, body: await text(reply) }
}
const gzip = { 'Accept-Encoding': 'gzip, deflate, br' }

describe('a long reply', () => {
  it('is compressed for a client that reads gzip, and says the same', async () => {
    const plain = await get(long)
    const packed = await get(long, gzip)
    expect([plain.encoding, packed.encoding]).toEqual([undefined, 'gzip'])
    expect([plain.vary, packed.vary]).toEqual(['Accept-Encoding', 'Accept-Encoding'])
    expect(packed.body.length * 4).toBeLessThan(plain.body.length)
    const { body, type } = await server.ask<object>(`GET ${long}`)
    expect(body).toEqual(JSON.parse(plain.body))
    expect(type).toBe('application/json; charset=utf-8')
  })

  it('is not compressed for a client that refuses gzip', async () => {
    expect((await get(long, { 'Accept-Encoding': 'gzip;q=0, br' })).encoding).toBeUndefined()
  })

  it('has no body for HEAD', async () => {
    expect(await get(long, gzip, 'HEAD')).toMatchObject({ status: 200, body: '' })
  })
})

describe('what is sent as it is', () => {
  it.each([
    ['a short reply', '/v1/users/nobody-001/credits'],
    ['a reply to anyone, for whom nothing is packed', '/openapi.json'],
    ['an error', '/v1/users/alice-0001/credits?limit=x'],
  ])('%s', async (_, path) => {
    const { encoding, body } = await get(path, gzip)
    expect(encoding).toBeUndefined()
    expect(JSON.parse(body)).toBeInstanceOf(Object)
  })
})
