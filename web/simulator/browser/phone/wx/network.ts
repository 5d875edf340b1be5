/** Requests and the state of the network. */
import type { Device, NetworkReply } from '../../device.ts'
import { isAtLeast, type Calls, type Functions } from '../platform/call.ts'

const defaultTimeoutMs = 60_000
/** A slow network: this long before each reply. */
const slowMs = 2_000
/** In the background, requests end after this. */
export const interruptedAfterMs = 5_000

interface RequestOptions {
  url: string
  method?: string
  data?: unknown
  header?: Record<string, string>
  dataType?: string
  responseType?: 'text' | 'arraybuffer'
  timeout?: number
  success?: (result: object) => void
  fail?: (error: object) => void
  complete?: (result: object) => void
}

export interface NetworkPart {
  functions: Functions
  /** Ends all requests: `request:fail interrupted`. */
  interrupt(): void
  /** Tells the listeners that the network has changed. */
  changed(): void
}

export function createNetwork(
  { callback, direct }: Calls,
  device: Device,
  timeoutMs = defaultTimeoutMs,
): NetworkPart {
  const listeners = new Set<(state: object) => void>()
  const running = new Set<(why: string) => void>()
  const isConnected = () => device.network() !== 'none'
  const networkType = () => {
    const state = device.network()
    return state === 'none' ? 'none' : state === 'slow' ? '2g' : 'wifi'
  }

  function request(options: RequestOptions) {
    const given = new AbortController()
    const noted = { name: 'request', detail: `${options.method ?? 'GET'} ${options.url}` }
    let over = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const { promise, resolve, reject } = deferred<object>()
    const end = (settle: () => void) => {
      if (over) return
      over = true
      clearTimeout(timer)
      running.delete(fail)
      settle()
    }
    const fail = (why: string) =>
      end(() => {
        given.abort()
        device.note({ ...noted, outcome: `request:fail ${why}` })
        const error = { errMsg: `request:fail ${why}`.trim(), errno: errnoOf(why) }
        options.fail?.(error)
        options.complete?.(error)
        reject(error)
      })
    const succeed = (reply: NetworkReply) =>
      end(() => {
        device.note({ ...noted, outcome: String(reply.status) })
        const result = {
          errMsg: 'request:ok',
          statusCode: reply.status,
          header: reply.header,
          data: dataOf(reply, options),
          cookies: [],
        }
        options.success?.(result)
        options.complete?.(result)
        resolve(result)
      })
    running.add(fail)

    const wrong = problemOf(options.url, device.domains)
    if (wrong !== undefined) void Promise.resolve().then(() => fail(wrong))
    else {
      timer = setTimeout(() => fail('timeout'), options.timeout ?? timeoutMs)
      void send(options, given.signal).then(succeed, (error: Error) => fail(error.message))
    }
    const task = {
      abort: () => fail('abort'),
      onHeadersReceived() {},
      offHeadersReceived() {},
      onChunkReceived() {},
    }
    const { success, fail: failed, complete } = options
    if (success || failed || complete || !isAtLeast(device.library, '2.10.2')) {
      promise.catch(() => undefined)
      return isAtLeast(device.library, '1.4.0') ? task : undefined
    }
    return Object.assign(promise, task)
  }

  async function send(options: RequestOptions, signal: AbortSignal): Promise<NetworkReply> {
    const state = device.network()
    if (state === 'none') throw new Error('net::ERR_INTERNET_DISCONNECTED')
    const reply = await device.send(requestOf(options), signal)
    if (state === 'slow') await new Promise((done) => setTimeout(done, slowMs))
    // It has arrived, and nobody here learns of it.
    if (device.network() === 'interrupted') throw new Error('interrupted')
    return reply
  }

  const interrupt = () => [...running].forEach((fail) => fail('interrupted'))
  return {
    interrupt,
    changed() {
      if (device.network() === 'none') {
        ;[...running].forEach((fail) => fail('net::ERR_NETWORK_CHANGED'))
      }
      for (const listener of listeners) {
        listener({ isConnected: isConnected(), networkType: networkType() })
      }
    },
    functions: Object.fromEntries([
      direct('request', '1.0.0', request),
      callback('getNetworkType', '1.0.0', () => ({ networkType: networkType() })),
      direct('onNetworkStatusChange', '1.1.0', (listener: (state: object) => void) => {
        listeners.add(listener)
      }),
      direct('offNetworkStatusChange', '2.9.3', (listener?: (state: object) => void) => {
        if (listener) listeners.delete(listener)
        else listeners.clear()
      }),
    ]),
  }
}

/** Why the platform refuses the address. */
function problemOf(url: string, domains: readonly string[] | null): string | undefined {
  if (!/^https?:\/\/[^/?#]+/.test(url)) return `invalid url "${url}"`
  if (domains === null) return undefined
  const { origin } = new URL(url)
  const known = domains.some((domain) => new URL(domain).origin === origin)
  return known ? undefined : 'url not in domain list'
}

const errnos: Record<string, number> = {
  timeout: 5,
  abort: 600_001,
  interrupted: 600_003,
  'url not in domain list': 600_002,
}
const errnoOf = (why: string) => errnos[why] ?? 600_000

/** The platform's way of putting `data` into the query or the body. */
function requestOf({ url, method = 'GET', data, header = {} }: RequestOptions) {
  const upper = method.toUpperCase()
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(header)) {
    // The platform sets its own.
    if (!/^referer$/i.test(name)) headers[name.toLowerCase()] = String(value)
  }
  headers['content-type'] ??= 'application/json'
  const asQuery = (value: unknown) =>
    Object.entries((value ?? {}) as Record<string, unknown>)
      .map(([name, part]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(part))}`)
      .join('&')
  if (upper === 'GET' || upper === 'HEAD') {
    delete headers['content-type']
    const query = typeof data === 'object' && data !== null ? asQuery(data) : ''
    const joined = query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`
    return { url: joined, method: upper, header: headers }
  }
  const isForm = headers['content-type'].includes('x-www-form-urlencoded')
  const body =
    data === undefined || typeof data === 'string'
      ? (data ?? '')
      : isForm
        ? asQuery(data)
        : JSON.stringify(data)
  return { url, method: upper, header: headers, body: body as string }
}

const textOf = (value: unknown) =>
  typeof value === 'object' ? JSON.stringify(value) : String(value)

function dataOf(
  { text, base64 }: NetworkReply,
  { dataType = 'json', responseType = 'text' }: RequestOptions,
): unknown {
  if (responseType === 'arraybuffer') {
    const binary = base64 === undefined ? new TextEncoder().encode(text ?? '') : decode(base64)
    return binary.buffer
  }
  const whole = text ?? new TextDecoder().decode(decode(base64 ?? ''))
  if (dataType !== 'json') return whole
  try {
    return JSON.parse(whole) as unknown
  } catch {
    return whole
  }
}

const decode = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))

function deferred<Value>() {
  let resolve!: (value: Value) => void
  let reject!: (error: object) => void
  const promise = new Promise<Value>((onResolved, onRejected) => {
    resolve = onResolved
    reject = onRejected
  })
  return { promise, resolve, reject }
}
