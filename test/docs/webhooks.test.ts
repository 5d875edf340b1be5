/** The receiver of docs/webhooks.md. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createReceiver } from '../../docs/code/webhooks/receiver.ts'
import { systemRandom } from '../../server/runtime/world.ts'
import { makeSecret, signedHeaders, writeSecret } from '../../server/webhooks/sign.ts'

describe('the receiver of docs/webhooks.md', () => {
  const secret = makeSecret(systemRandom)
  const handled: string[] = []
  let server: Server
  let url: string
  beforeEach(async () => {
    handled.length = 0
    const known = new Set<string>()
    server = createReceiver({
      secret: writeSecret(secret),
      isNew: async (id) => known.size < known.add(id).size,
      async handle({ type }) {
        if (type === 'bad') throw new Error('It cannot be handled.')
        handled.push(type)
      },
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => new Promise((resolve) => server.close(resolve)))

  const post = async (type: string, { atMs = Date.now(), key = secret, id = 'evt_1' } = {}) => {
    const body = JSON.stringify({ type, appId: 'wx0123456789abcdef', data: {} })
    const headers = signedHeaders({ id, atMs, body }, key)
    const { status } = await fetch(url, { method: 'POST', headers, body })
    return status
  }

  it('handles a signed event once', async () => {
    expect(await post('message.settled')).toBe(204)
    expect(await post('message.settled')).toBe(204)
    expect(handled).toEqual(['message.settled'])
  })

  it('refuses what another secret signed, and what is old', async () => {
    expect(await post('x', { key: makeSecret(systemRandom) })).toBe(401)
    expect(await post('x', { atMs: Date.now() - 3_600_000 })).toBe(401)
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
    expect(handled).toEqual([])
  })

  it('asks for an event again that it could not handle', async () => {
    expect(await post('bad')).toBe(500)
  })
})
