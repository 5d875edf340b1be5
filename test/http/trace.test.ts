import { describe, expect, it } from '@jest/globals'
import { networkOf } from '../../server/http/trace.ts'
import { message } from '../support/server/samples.ts'
import { useReach } from '../support/server/use-reach.ts'

const server = useReach()
const header = 'X-Request-Id'

describe('the id of a request', () => {
  it.each([
    ['a UUID', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
    ['the id of nginx', '26f9f1d4a3b0c5e87f6a1b2c3d4e5f60'],
    ['eight characters', 'a.b_c-d8'],
  ])('is the one that was sent: %s', async (_, id) => {
    const answer = await server.ask('GET /v1/nothing', { headers: { [header]: id } })
    expect(answer.headers.get(header)).toBe(id)
    expect(answer.body.requestId).toBe(id)
    expect(JSON.parse(server.lines[0]!)).toMatchObject({ requestId: id })
  })

  it.each([
    ['none was sent', ''],
    ['it is too short', 'a'],
    ['it is too long', 'a'.repeat(65)],
    ['it holds what a log line must not', '"},{"level":"info'],
  ])('is a new one where %s', async (_, id) => {
    const headers = id === '' ? {} : { [header]: id }
    const ids = await Promise.all(
      [1, 2].map(async () => (await server.ask('GET /healthz', { headers })).headers.get(header)),
    )
    expect(ids).toEqual([1, 2].map(() => expect.stringMatching(/^[\w-]{16}$/)))
    expect(new Set(ids).size).toBe(2)
  })

  it('is in the replies to phones, to pushes and to messages', async () => {
    const headers = { [header]: 'the-id-of-this-request', 'Idempotency-Key': 'key-1' }
    for (const at of ['POST /v1/events', 'POST /v1/push/wx0123456789abcdef', 'POST /v1/messages']) {
      const answer = await server.ask(at, { headers, body: message })
      expect(answer.headers.get(header)).toBe('the-id-of-this-request')
    }
  })
})

describe('the network of an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['::FFFF:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:0DB8::1', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['::2:3:4:5:6:7:8', '0:2:3::/48'],
    ['1:2:3:4:5:6:7::', '1:2:3::/48'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it.each(['', 'unknown', '203.0.113', '203.0.113.77:443', 'alice-0001', '::ffff:1.2.3.4.5'])(
    'of %j is not known',
    (address) => {
      expect(networkOf(address)).toBeUndefined()
    },
  )
})
