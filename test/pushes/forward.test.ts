import type { LookupFunction } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createForwarder, createLocalLookup } from '../../server/pushes/forward.ts'
import { createFakeWorld } from '../support/fake-world.ts'
import { startOldBackend, type OldBackend } from './old-backend.ts'

/** No wait ends. */
const standing = { now: () => 0, wait: () => new Promise<void>(() => {}), after: () => () => {} }

describe('pushes that wait for the backend', () => {
  let backend: OldBackend
  beforeEach(async () => {
    backend = await startOldBackend()
  })
  afterEach(() => backend.close())

  const push = (n: number) => ({
    appId: 'wx0123456789abcdef',
    url: backend.url,
    type: 'text',
    dedupeKey: `push-${n}`,
    raw: Buffer.from('{}'),
    query: {},
    contentType: 'text/xml',
  })

  it('are bounded: one more is dropped, and told', async () => {
    const world = createFakeWorld()
    const results: string[] = []
    const most = 3
    const forwarder = createForwarder({
      store: { keepForwarded: async () => {} },
      world: { ...world, monotonic: standing },
      onForward: (_, result) => void results.push(result),
      maxUnderWay: most,
    })
    const replies: ((text: string) => void)[] = []
    backend.reply((response) => void replies.push((text) => response.end(text)))
    const forwarding = Array.from({ length: most }, (_, n) => forwarder.forward(push(n), 4_000))
    expect(await forwarder.forward(push(most), 4_000)).toBeUndefined()
    expect(results).toEqual(['dropped'])
    expect(world.lines.join('\n')).toContain('too many wait for the backend')
    await backend.saw(most)
    for (const reply of replies) reply('success')
    await Promise.all(forwarding)
    backend.reply((response) => void response.end('success'))
    await forwarder.forward(push(0), 4_000)
    expect(backend.seen).toHaveLength(most + 1)
    await forwarder.close()
  })

  it('are awaited when the server closes, and not posted again', async () => {
    const world = createFakeWorld()
    const forwarder = createForwarder({
      store: { keepForwarded: async () => {} },
      world: { ...world, monotonic: standing },
    })
    let fail: () => void = () => {}
    backend.reply((response) => void (fail = () => response.writeHead(500).end()))
    void forwarder.forward(push(1), 4_000)
    await backend.saw(1)
    let closed = false
    const closing = forwarder.close().then(() => void (closed = true))
    await new Promise(setImmediate)
    expect(closed).toBe(false)
    fail()
    await closing
    expect(backend.seen).toHaveLength(1)
    expect(world.lines.join('\n')).toContain('a push was not forwarded')
  })
})

describe('the address of a backend at http', () => {
  const look = (addresses: string[], all: boolean) =>
    new Promise((resolve) => {
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      const resolveName: LookupFunction = (_name, _options, done) =>
        all ? done(null, found) : done(null, found[0]!.address, found[0]!.family)
      createLocalLookup(resolveName)('backend', { all }, (error, address) =>
        resolve(error ? error.code : address),
      )
    })

  it.each(['127.0.0.1', '10.1.2.3', '192.168.0.9', '172.31.0.1', '::1', 'fd00::7'])(
    'may be %s, to which its name leads',
    async (address) => {
      expect(await look([address], false)).toBe(address)
      expect(await look([address], true)).toMatchObject([{ address }])
    },
  )

  it.each([['203.0.113.7'], ['10.1.2.3', '203.0.113.7'], ['2001:db8::1']])(
    'is not called if its name leads to %s',
    async (...addresses) => {
      expect(await look(addresses, true)).toBe('NOT_PRIVATE')
      expect(await look(addresses.slice(-1), false)).toBe('NOT_PRIVATE')
    },
  )
})
