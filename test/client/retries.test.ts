import { describe, expect, it } from '@jest/globals'
import {
  createReachClient,
  type ReachClientOptions,
  type TemplateMessageRequest,
} from '../../server/client/index.ts'
import { platformCalls } from '../support/server/platform-calls.ts'
import { template } from '../support/server/samples.ts'
import { apiKey } from '../support/server/start-reach.ts'
import { usePhone, useReach } from '../support/server/use-reach.ts'

const openId = 'alice-0001'
const reader = 'a-key-that-reads-alone'
const message: TemplateMessageRequest = { channel: 'template', openId, templateId: template }

/** What one try meets. `lost`: the server acts, and no reply comes. */
type Scripted = 'pass' | 'lost' | 'unreachable' | Response

const problem = (status: number, code: string, retryAfter?: number) =>
  new Response(JSON.stringify({ status, code, title: 'A', detail: 'Later.', requestId: 'r' }), {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    },
  })

describe('the client', () => {
  const server = useReach({ apiKeys: [{ key: reader, scopes: ['read'] }] })
  const alice = usePhone(server)

  /** A client whose tries go as the script says, then pass. It waits no time. */
  function clientOf(script: Scripted[], options: Partial<ReachClientOptions> = {}) {
    const waits: number[] = []
    const keys: (string | null)[] = []
    const client = createReachClient({
      baseUrl: server.url,
      apiKey,
      random: () => 1,
      wait: async (ms) => void waits.push(ms),
      async fetch(url, init) {
        keys.push(new Headers(init?.headers).get('Idempotency-Key'))
        const next = script.shift() ?? 'pass'
        if (next instanceof Response) return next
        if (next === 'unreachable') throw new TypeError('fetch failed')
        const response = await fetch(url, init)
        if (next === 'lost') throw new TypeError('terminated')
        return response
      },
      ...options,
    })
    return { client, waits, keys }
  }
  const pay = async () => {
    const payment = { openId, prepayId: await alice.pay() }
    await server.reach.app().payments.add(payment)
  }
  const sends = () => platformCalls(server, '/cgi-bin/message/wxopen/template/send')

  it('sends a message once under one key, although a reply is lost', async () => {
    await pay()
    const { client, waits, keys } = clientOf(['unreachable', 'lost'])
    expect(await client.messages.send(message)).toMatchObject({ state: 'sent' })
    expect(new Set(keys).size).toBe(1)
    expect(keys).toHaveLength(3)
    expect(waits).toEqual([500, 1000])
    expect(await sends()).toHaveLength(1)
  })

  it('tells the key of a message that it gave up, which sends it no second time', async () => {
    await pay()
    const { client } = clientOf(['lost', 'unreachable', 'unreachable'])
    const failed = client.messages.send(message)
    await expect(failed).rejects.toMatchObject({
      name: 'RetryLaterError',
      code: 'no_reply',
      cause: expect.any(TypeError),
    })
    const { idempotencyKey } = (await failed.catch((error) => error)) as { idempotencyKey: string }
    expect(await client.messages.send(message, { idempotencyKey })).toMatchObject({ state: 'sent' })
    expect(await sends()).toHaveLength(1)
  })

  it('waits as long as Retry-After says, and no longer than it may', async () => {
    const busy = clientOf([problem(429, 'rate_limited', 3), problem(503, 'store_unavailable', 5)])
    await busy.client.users.credits(openId)
    expect(busy.waits).toEqual([3_000, 5_000])
    const exhausted = clientOf([problem(429, 'rate_limited', 3_600)])
    await expect(exhausted.client.users.credits(openId)).rejects.toMatchObject({
      name: 'RetryLaterError',
      retryAfterSeconds: 3_600,
    })
    expect(exhausted.waits).toEqual([])
  })

  it('tries again what a proxy could not pass on', async () => {
    const { client, waits } = clientOf([new Response('<html>', { status: 502 })])
    await client.users.credits(openId)
    expect(waits).toHaveLength(1)
  })

  it.each([
    ['an error of the request', problem(404, 'not_found'), 'not_found'],
    ['an error for the operator', problem(502, 'wechat_credentials'), 'wechat_credentials'],
    ['a page of another server', new Response('<html>', { status: 200 }), 'unexpected_reply'],
    ['a redirect', new Response(null, { status: 301 }), 'unexpected_reply'],
  ])('does not try again after %s', async (_, response, code) => {
    const { client, keys } = clientOf([response])
    await expect(client.users.credits(openId)).rejects.toMatchObject({ code })
    expect(keys).toHaveLength(1)
  })

  it('tries as often as it is told', async () => {
    const { client, keys } = clientOf(['unreachable', 'unreachable'], { retries: 0 })
    await expect(client.users.credits(openId)).rejects.toThrow('cannot be reached')
    expect(keys).toHaveLength(1)
  })

  it('tries what must be done once again only after the server refused to begin', async () => {
    const title = { id: 'AT0002', keywordIds: [3, 4, 5] }
    const lost = clientOf(['lost'])
    await expect(lost.client.templates.add(title)).rejects.toMatchObject({ code: 'no_reply' })
    const limited = clientOf([problem(429, 'rate_limited', 1)])
    await limited.client.templates.add(title)
    const { templates } = await server.reach.app().templates.list()
    expect(templates).toHaveLength(3)
  })

  it('gives up a try that takes too long', async () => {
    const { client, keys } = clientOf([], {
      timeoutMs: 1,
      retries: 1,
      async fetch(_, init) {
        keys.push(null)
        return new Promise((__, reject) => {
          const signal = init!.signal!
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      },
    })
    await expect(client.users.credits(openId)).rejects.toThrow('did not reply within 1 ms')
    expect(keys).toHaveLength(2)
  })

  it('stops waiting when the signal aborts', async () => {
    const leaving = new AbortController()
    const { client } = clientOf(['unreachable'], {
      wait: async (_, signal) => {
        leaving.abort(new Error('The user went away.'))
        signal?.throwIfAborted()
      },
    })
    const asked = client.users.credits(openId, { signal: leaving.signal })
    await expect(asked).rejects.toThrow('The user went away.')
  })

  it('names a server that is none of wx-reach', async () => {
    const { client } = clientOf([new Response('<html>', { status: 404 })])
    await expect(client.users.credits(openId)).rejects.toMatchObject({
      name: 'CallOperatorError',
      code: 'unexpected_reply',
      status: 404,
    })
  })

  it.each([
    ['is unknown', 'a-key-of-nobody', 401, 'unauthorized'],
    ['lacks the scope', reader, 403, 'forbidden'],
  ])('calls for the operator when its key %s', async (_, key, status, code) => {
    const client = createReachClient({ baseUrl: server.url, apiKey: key })
    await expect(client.messages.send(message)).rejects.toMatchObject({
      name: 'CallOperatorError',
      status,
      code,
    })
  })

  it('reaches a server that is mounted under a path', async () => {
    const asked: unknown[] = []
    const client = createReachClient({
      baseUrl: 'https://shop.example/reach/',
      apiKey,
      appId: 'wx0123456789abcdef',
      async fetch(url) {
        asked.push(url)
        return problem(404, 'not_found')
      },
    })
    await expect(client.groups.get('a/b', { limit: 5 })).rejects.toThrow('Later.')
    expect(asked).toEqual([
      'https://shop.example/reach/v1/groups/a%2Fb?appId=wx0123456789abcdef&limit=5',
    ])
  })

  it('needs the address of the server', () => {
    expect(() => createReachClient({ baseUrl: 'reach.example.com', apiKey })).toThrow('Invalid URL')
  })
})
