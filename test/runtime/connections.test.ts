/** Raw sockets against a listener of the test's own, with small limits. */
import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from '@jest/globals'
import { listen, type Listening, type ListenOptions } from '../../server/runtime/listen.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'

let listening: Listening
let sockets: Socket[] = []
/** The replies of the requests that have begun, `GET /quick` left out. */
let begun: ServerResponse[] = []
let look = () => {}
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  begun = []
  await listening.close(0)
})

async function serve(
  listener: RequestListener,
  connectionLimits: ListenOptions['connectionLimits'] = {},
  others: Partial<ListenOptions> = {},
): Promise<void> {
  const serving: RequestListener = (request, response) => {
    if (request.url === '/quick') return void response.end('quick')
    begun.push(response)
    listener(request, response)
    look()
  }
  listening = await listen(serving, { port: 0, host: '127.0.0.1', connectionLimits, ...others })
}

async function haveBegun(count: number): Promise<void> {
  while (begun.length < count) await new Promise<void>((resolve) => (look = resolve))
}

/** A connection that has sent `bytes`. It reads nothing until the test reads it. */
async function send(bytes = ''): Promise<Socket> {
  const socket = connect(Number(new URL(listening.url).port), '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  await once(socket, 'connect')
  if (bytes !== '') await new Promise((resolve) => socket.write(bytes, resolve))
  return socket
}

/** All that arrives until the server ends the connection. */
async function received(socket: Socket): Promise<string> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  if (!socket.closed) await once(socket, 'close')
  return Buffer.concat(parts).toString()
}

async function nextOf(socket: Socket): Promise<string> {
  await once(socket, 'readable')
  return String(socket.read())
}

/** By a connection of its own. */
async function quick(): Promise<string> {
  return (await fetch(`${listening.url}/quick`, { headers: { Connection: 'close' } })).text()
}

const get = (path = '/', headers = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`
const last = get('/last', 'Connection: close\r\n')
const post = (length: number, body = '') =>
  `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${body}`

const neverReply = () => {}
const echoPath: RequestListener = (request, response) => void response.end(`<${request.url}>`)
const echoBody: RequestListener = (request, response) =>
  void text(request).then(
    (body) => response.end(`<${body.length}>`),
    // Cut.
    () => {},
  )
/** Too large for the buffers of two sockets. */
const page = Buffer.alloc(16 * 2 ** 20)
const sendPage: RequestListener = (_request, response) => void response.end(page)

describe('requests that a client sends ahead', () => {
  const many = 3_000

  it('are all answered, in order, to a client that reads', async () => {
    await serve(echoPath)
    const paths = Array.from({ length: many }, (_, index) => `/${index}`)
    const socket = await send(paths.map((path) => get(path)).join('') + last)
    const replies = [...(await received(socket)).matchAll(/<(.*?)>/g)].map(([, path]) => path)
    expect(replies).toEqual([...paths, '/last'])
  })

  it('begin one after another', async () => {
    await serve(neverReply)
    await send(get('/1') + get('/2'))
    await haveBegun(1)
    expect(await quick()).toBe('quick')
    expect(begun).toHaveLength(1)
    begun[0]!.end()
    await haveBegun(2)
  })

  it('are answered by the listener, also with an Expect that is unknown', async () => {
    await serve(echoPath)
    const socket = await send(get('/1', 'Expect: a-reply\r\n') + last)
    expect((await received(socket)).match(/<.*?>/g)).toEqual(['</1>', '</last>'])
  })

  it('wait while the client does not read', async () => {
    await serve((_request, response) => void response.end(page.subarray(0, 2 ** 20)))
    const socket = await send(get().repeat(many))
    for (let turn = 0; turn < 50; turn += 1) await quick()
    // What the buffers of the two sockets hold.
    expect(begun.length).toBeLessThan(30)
    socket.resume()
    await haveBegun(100)
  })

  it('cut the connection that waits the longest, when too many wait', async () => {
    await serve(
      (request, response) => (request.url === '/page' ? sendPage : echoPath)(request, response),
      { maxWaitingRequests: 10 },
    )
    const slow = await send(get('/page').repeat(9))
    await haveBegun(1)
    const other = await send(get().repeat(3) + last)
    slow.resume()
    if (!slow.closed) await once(slow, 'close')
    expect((await received(other)).match(/<.*?>/g)).toEqual(['</>', '</>', '</>', '</last>'])
  })
})

describe('too many connections', () => {
  it('cut the one that is unused the longest', async () => {
    await serve(echoPath, { maxConnections: 3 })
    const unused = await send()
    const used = await send()
    await send()
    used.write(get())
    expect(await nextOf(used)).toMatch(/<\/>$/)
    expect(await quick()).toBe('quick')
    unused.resume()
    if (!unused.closed) await once(unused, 'close')
    expect(used.closed).toBe(false)
  })

  it.each([
    ['in the middle of a head', 'GET / HTTP/1.1\r\nHost: a', 0],
    ['in the middle of a body', post(10, 'half'), 1],
    ['before it reads', get(), 1],
  ])('cut one that stops %s', async (_, bytes, requests) => {
    await serve(
      (request, response) => (request.method === 'GET' ? sendPage : echoBody)(request, response),
      { maxConnections: 2 },
    )
    const slow = await send(bytes)
    await haveBegun(requests)
    const other = await send()
    expect(await quick()).toBe('quick')
    slow.resume()
    if (!slow.closed) await once(slow, 'close')
    expect(other.closed).toBe(false)
  })

  it('are refused while the server works on all others', async () => {
    await serve(neverReply, { maxConnections: 2 })
    const working = [await send(last), await send(last)]
    await haveBegun(2)
    await expect(quick()).rejects.toThrow('fetch failed')
    for (const response of begun) response.end('done')
    for (const socket of working) expect(await received(socket)).toMatch(/done$/)
  })
})

describe('bodies that are announced and do not arrive', () => {
  it('are cut, the slowest first, when they might take too much memory', async () => {
    await serve(echoBody, { maxArrivingBytes: 1_000, maxBodyBytes: 400 })
    const slowest = await send(post(400, 'a'))
    await haveBegun(1)
    const slow = await send(post(1_000_000, 'a'))
    await haveBegun(2)
    const chunked = await send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    slowest.resume()
    if (!slowest.closed) await once(slowest, 'close')
    slow.write(page.subarray(0, 999_999))
    expect(await nextOf(slow)).toMatch(/<1000000>$/)
    chunked.write('0\r\n\r\n')
    expect(await nextOf(chunked)).toMatch(/<0>$/)
  })

  it('count no longer once they have arrived', async () => {
    await serve(echoBody, { maxArrivingBytes: 1_000 })
    const slow = await send(post(100))
    await haveBegun(1)
    const other = await send()
    for (let turn = 0; turn < 5; turn += 1) {
      other.write(post(900, 'a'.repeat(900)))
      expect(await nextOf(other)).toMatch(/<900>$/)
    }
    slow.write('a'.repeat(100))
    expect(await nextOf(slow)).toMatch(/<100>$/)
  })
})

describe('time-outs', () => {
  const limits = { headersTimeoutMs: 150, requestTimeoutMs: 300, checkEveryMs: 10 }

  it.each([
    ['sends nothing', '', limits.headersTimeoutMs],
    ['stops within a head', 'GET / HTTP/1.1\r\nHost: a\r\nX', limits.headersTimeoutMs],
    ['stops within the head after a request', `${get()}GET / HTTP/1.1`, limits.headersTimeoutMs],
    ['stops within a body', post(10, 'half'), limits.requestTimeoutMs],
    ['is kept and not used', get(), 100],
  ])('end a connection that %s', async (_, bytes, timeoutMs) => {
    await serve(echoBody, { ...limits, keepAliveMs: 100 })
    const startedMs = performance.now()
    await received(await send(bytes))
    const tookMs = performance.now() - startedMs
    expect(tookMs).toBeGreaterThan(timeoutMs / 2)
    // Node looks every 30 seconds unless it is told to look sooner.
    expect(tookMs).toBeLessThan(timeoutMs + 5_000)
  })

  it('cut a connection whose client does not take the reply', async () => {
    const monotonic = createDrivenMonotonic()
    const [checkEveryMs, replyTimeoutMs] = [1_000, 60_000]
    await serve(sendPage, { checkEveryMs, replyTimeoutMs }, { monotonic })
    const socket = await send(get())
    await haveBegun(1)
    for (const ms of [checkEveryMs, replyTimeoutMs, checkEveryMs]) {
      await monotonic.waitedFor(checkEveryMs)
      monotonic.advance(ms)
    }
    expect((await received(socket)).length).toBeLessThan(page.length)
  })
})

describe('the end of a server', () => {
  it('waits for no connection that has sent nothing', async () => {
    await serve(echoPath)
    const silent = await send()
    silent.resume()
    await listening.close(60_000)
    expect(await received(silent)).toBe('')
  })

  it('comes after the requests that were sent ahead', async () => {
    await serve((_request, response) => void (begun.length > 1 && response.end('more')))
    const socket = await send(get().repeat(3))
    await haveBegun(1)
    const closed = listening.close(60_000)
    begun[0]!.end('more')
    expect((await received(socket)).match(/more/g)).toHaveLength(3)
    await closed
  })
})
