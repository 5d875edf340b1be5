/** JSON and files over HTTPS to the platform, and what its answers are worth. Knows no endpoint. */
import { Agent, type Dispatcher } from 'undici'
import { WechatCallError } from './call-error.ts'
import { exchange, type Exchanged, type Payload } from './exchange.ts'
import { createLateReplies } from './late-replies.ts'
import { multipart, type Upload } from './multipart.ts'
import type { Reply } from './reply.ts'

export interface WechatRequest {
  method: 'GET' | 'POST'
  /** From the root, without a query: `/cgi-bin/token`. Stands in errors, so nothing secret belongs in it. */
  path: string
  query?: Record<string, string>
  /** Sent as JSON; `URLSearchParams` as application/x-www-form-urlencoded. */
  body?: unknown
  /** Sent as multipart/form-data, in place of `body`. */
  upload?: Upload
  /** A reply that comes after the time-out is worth something still: see `Reply`. Not with `download`. */
  hearsLate?: boolean
}

export type JsonObject = Record<string, unknown>

export interface ReplyFile {
  bytes: Buffer
  /** As the platform called it, which need not be true; empty when it did not. */
  contentType: string
}

export interface WechatHttp {
  /**
   * Calls once and never again by itself, follows no redirect, and never rejects. Keeps connections open.
   * `answered` means: HTTP 200 with a JSON object, whatever its content type. Its fields are not checked.
   */
  call(request: WechatRequest): Promise<Reply<JsonObject>>
  /**
   * As `call`, for endpoints that answer with a file, and with JSON when they refuse. A JSON object under any
   * content type, also one of images, is an answer in words: without an errcode other than 0 it is not the file that
   * was promised, and the fate of the call unknown. All other bytes are the file, and not looked at.
   */
  download(request: WechatRequest): Promise<Reply<ReplyFile>>
  /** Waits for the calls under way, but for no late reply, then closes the connections. */
  close(): Promise<void>
}

export interface WechatHttpOptions {
  /** `https://api.weixin.qq.com`, or another that behaves like it; a path in it comes before each call's own. */
  base: string
  /** Address, connection and TLS together. Default 3 seconds. */
  connectTimeoutMs?: number
  /** The whole call, connecting included. Default 10 seconds. */
  timeoutMs?: number
  /** After `timeoutMs`, how long a late reply is listened for; 0: not at all. Default 50 seconds. */
  lateMs?: number
  /** A longer body is dropped, and the fate of the call unknown. Default 1 MiB. */
  maxReplyBytes?: number
  /** The same for a file. Default 10 MiB. */
  maxFileBytes?: number
  /** In place of direct connections: a proxy's, for one. It must not try again by itself. */
  dispatcher?: Dispatcher
}

/** Calls at once whose late reply is listened for: each holds a connection. */
const mostLate = 200

export function createWechatHttp(options: WechatHttpOptions): WechatHttp {
  const { base, connectTimeoutMs = 3_000, timeoutMs = 10_000, lateMs = 50_000 } = options
  const { maxReplyBytes = 2 ** 20, maxFileBytes = 10 * 2 ** 20 } = options
  const { origin, pathname } = new URL(base)
  const prefix = pathname.replace(/\/$/, '')
  const dispatcher =
    options.dispatcher ??
    // Only `timeoutMs` bounds the reply: one bound, so that its failure has one name.
    new Agent({ connect: { timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 })
  const lateReplies = createLateReplies({ waitMs: lateMs, most: mostLate })

  return {
    async call(request) {
      return objectOf(request, await send(request, maxReplyBytes))
    },
    async download(request) {
      const reply = await send({ ...request, hearsLate: false }, maxFileBytes)
      if (reply.fate !== 'answered') return { fate: reply.fate, cause: reply.cause }
      const { bytes, contentType } = reply
      const words = readObject(bytes)
      if (!words) return { fate: 'answered', errcode: 0, errmsg: '', body: { bytes, contentType } }
      if (words.fate === 'answered' && words.errcode !== 0) return { ...words, body: undefined }
      return unknown(request, 'NO_FILE')
    },
    close() {
      lateReplies.close()
      return dispatcher.close()
    },
  }

  async function send(request: WechatRequest, maxBytes: number): Promise<Exchanged> {
    const { method, path, query, hearsLate } = request
    const payload = payloadOf(request)
    const reply = await exchange({
      dispatcher,
      origin,
      method,
      target: prefix + path + (query ? `?${new URLSearchParams(query)}` : ''),
      path,
      ...(payload && { body: payload }),
      timeoutMs,
      maxReplyBytes: maxBytes,
      ...(hearsLate && { late: lateReplies }),
    })
    return understood(request, reply)
  }
}

/** The platform answers 200 to everything it understood; the rest is a gateway's word. */
function understood(request: WechatRequest, reply: Exchanged): Exchanged {
  if (reply.fate === 'answered' && reply.status !== 200) {
    return unknown(request, `HTTP_${reply.status}`)
  }
  return reply
}

function objectOf(request: WechatRequest, reply: Exchanged): Reply<JsonObject> {
  switch (reply.fate) {
    case 'not_sent':
      return reply
    case 'unknown': {
      const { cause } = reply
      const late = reply.late?.then((arrived) => objectOf(request, understood(request, arrived)))
      return { fate: 'unknown', cause, ...(late && { late }) }
    }
    case 'answered':
      return readObject(reply.bytes) ?? unknown(request, 'NOT_JSON')
    default:
      return reply satisfies never
  }
}

function payloadOf({ body, upload }: WechatRequest): Payload | undefined {
  if (upload) return multipart(upload)
  if (body === undefined) return undefined
  if (body instanceof URLSearchParams) {
    return { contentType: 'application/x-www-form-urlencoded', bytes: String(body) }
  }
  return { contentType: 'application/json', bytes: JSON.stringify(body) }
}

function unknown({ method, path }: WechatRequest, code: string) {
  return { fate: 'unknown' as const, cause: new WechatCallError(`${method} ${path}`, code, true) }
}

function readObject(bytes: Buffer): Reply<JsonObject> | undefined {
  const body = parse(bytes)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const { errcode = 0, errmsg = '' } = body as { errcode?: unknown; errmsg?: unknown }
  if (typeof errcode !== 'number' || !Number.isInteger(errcode)) return undefined
  return { fate: 'answered', errcode, errmsg: String(errmsg), body: body as JsonObject }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
