/** JSON over HTTPS to the platform, and what its answers are worth. Knows no endpoint. */
import { Agent, type Dispatcher } from 'undici'
import { WechatCallError } from './call-error.ts'
import { exchange } from './exchange.ts'
import type { Reply } from './reply.ts'

export interface WechatRequest {
  method: 'GET' | 'POST'
  /** From the root, without a query: `/cgi-bin/token`. Stands in errors, so nothing secret belongs in it. */
  path: string
  query?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
}

export type JsonObject = Record<string, unknown>

export interface WechatHttp {
  /**
   * Calls once and never again by itself, follows no redirect, and never rejects. Keeps connections open.
   * `answered` means: HTTP 200 with a JSON object, whatever its content type. Its fields are not checked.
   */
  call(request: WechatRequest): Promise<Reply<JsonObject>>
  /** Waits for the calls under way, then closes the connections. */
  close(): Promise<void>
}

export interface WechatHttpOptions {
  /** `https://api.weixin.qq.com`, or another that behaves like it; a path in it comes before each call's own. */
  base: string
  /** Address, connection and TLS together. Default 3 seconds. */
  connectTimeoutMs?: number
  /** The whole call, connecting included. Default 10 seconds. */
  timeoutMs?: number
  /** A longer body is dropped, and the fate of the call unknown. Default 1 MiB. */
  maxReplyBytes?: number
  /** In place of direct connections: a proxy's, for one. It must not try again by itself. */
  dispatcher?: Dispatcher
}

export function createWechatHttp(options: WechatHttpOptions): WechatHttp {
  const { base, connectTimeoutMs = 3_000, timeoutMs = 10_000, maxReplyBytes = 2 ** 20 } = options
  const { origin, pathname } = new URL(base)
  const prefix = pathname.replace(/\/$/, '')
  const dispatcher =
    options.dispatcher ??
    // Only `timeoutMs` bounds the reply: one bound, so that its failure has one name.
    new Agent({ connect: { timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 })

  return {
    async call({ method, path, query, body }) {
      const search = query ? `?${new URLSearchParams(query)}` : ''
      const reply = await exchange({
        dispatcher,
        origin,
        method,
        target: prefix + path + search,
        path,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs,
        maxReplyBytes,
      })
      if (reply.fate !== 'answered') return reply
      const unknown = (code: string): Reply<JsonObject> => ({
        fate: 'unknown',
        cause: new WechatCallError(`${method} ${path}`, code, true),
      })
      // The platform answers 200 to everything it understood; the rest is a gateway's word.
      if (reply.status !== 200) return unknown(`HTTP_${reply.status}`)
      return read(reply.bytes) ?? unknown('NOT_JSON')
    },
    close: () => dispatcher.close(),
  }
}

function read(bytes: Buffer): Reply<JsonObject> | undefined {
  const body = parse(new TextDecoder().decode(bytes))
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const { errcode = 0, errmsg = '' } = body as { errcode?: unknown; errmsg?: unknown }
  if (typeof errcode !== 'number' || !Number.isInteger(errcode)) return undefined
  return { fate: 'answered', errcode, errmsg: String(errmsg), body: body as JsonObject }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
