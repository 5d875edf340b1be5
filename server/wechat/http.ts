/** JSON and files over HTTPS to the platform. Knows no endpoint. */
import { randomBytes } from 'node:crypto'
import { Agent, type Dispatcher } from 'undici'
import { callRules } from '../rules/wechat-calls.ts'
import { parseObject, type JsonObject } from '../runtime/json.ts'
import { createLateReplies, exchange, WechatCallError } from './exchange.ts'
import type { ExchangeResult, Payload } from './exchange.ts'
import type { WechatReply } from './reply.ts'

export interface WechatHttp {
  /**
   * Calls once and never again by itself, follows no redirect, and never rejects. Keeps connections
   * open. `answered` means: HTTP 200 with a JSON object, whatever its content type. Its fields are
   * not checked.
   */
  call(request: WechatRequest): Promise<WechatReply<JsonObject>>
  /**
   * As `call`, for endpoints that answer with a file, and with JSON when they refuse. A JSON object
   * counts as a refusal under any content type, also one of images; without an errcode other than 0
   * the result is unknown. All other bytes are the file, and are not inspected.
   */
  download(request: WechatRequest): Promise<WechatReply<ReplyFile>>
  /** Waits for the calls under way, but for no late reply, then closes the connections. */
  close(): Promise<void>
}

export interface WechatRequest {
  method: 'GET' | 'POST'
  /** From the root, without a query: `/cgi-bin/token`. Used in errors: no secret belongs in it. */
  path: string
  query?: Record<string, string>
  /** Sent as JSON; `URLSearchParams` as application/x-www-form-urlencoded. */
  body?: unknown
  /** Sent as multipart/form-data, in place of `body`. */
  upload?: Upload
  /** Accept a reply after the time-out too: see `WechatReply`. Not with `download`. */
  awaitLateReply?: boolean
}

export interface Upload {
  /** The name of the form's field: `media`. */
  field: string
  /** With an extension: WeChat looks at it. ASCII without quotes. */
  fileName: string
  contentType: string
  bytes: Buffer
}

export interface ReplyFile {
  bytes: Buffer
  /** As the platform called it, which need not be true; empty when it did not. */
  contentType: string
}

export interface WechatHttpOptions {
  /**
   * `https://api.weixin.qq.com`, or another that behaves like it; a path in it comes before each
   * call's own.
   */
  base: string
  /** Address, connection and TLS together. Default 3 seconds. */
  connectTimeoutMs?: number
  /** The whole call, connecting included. Default 10 seconds. */
  timeoutMs?: number
  /** How long a late reply is awaited after `timeoutMs`; 0: not at all. Default 50 seconds. */
  lateReplyMs?: number
  /** A longer body is dropped, and the result of the call unknown. Default 1 MiB. */
  maxReplyBytes?: number
  /** The same for a file. Default 10 MiB. */
  maxFileBytes?: number
  /** In place of direct connections: a proxy's, for one. It must not try again by itself. */
  dispatcher?: Dispatcher
}

export function createWechatHttp(options: WechatHttpOptions): WechatHttp {
  const { base, connectTimeoutMs, timeoutMs, lateReplyMs, maxReplyBytes, maxFileBytes } = {
    ...callRules,
    ...options,
  }
  const { origin, pathname } = new URL(base)
  const prefix = pathname.replace(/\/$/, '')
  const dispatcher =
    options.dispatcher ??
    // Only `timeoutMs` bounds the reply: one bound, so that its failure has one name.
    new Agent({ connect: { timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 })
  const lateReplies = createLateReplies({ waitMs: lateReplyMs, most: callRules.maxLateReplies })

  async function send(request: WechatRequest, maxBytes: number): Promise<ExchangeResult> {
    const { method, path, query, awaitLateReply } = request
    const payload = payloadOf(request)
    const result = await exchange({
      dispatcher,
      origin,
      method,
      target: prefix + path + (query ? `?${new URLSearchParams(query)}` : ''),
      path,
      ...(payload && { body: payload }),
      timeoutMs,
      maxReplyBytes: maxBytes,
      ...(awaitLateReply && { lateReplies }),
    })
    return checkStatus(request, result)
  }

  return {
    async call(request) {
      return objectOf(request, await send(request, maxReplyBytes))
    },
    async download(request) {
      const result = await send({ ...request, awaitLateReply: false }, maxFileBytes)
      if (result.result !== 'answered') return { result: result.result, cause: result.cause }
      const { bytes, contentType } = result
      const refusal = readObject(bytes)
      if (!refusal) {
        return { result: 'answered', errcode: 0, errmsg: '', body: { bytes, contentType } }
      }
      return refusal.errcode === 0 ? unknown(request, 'NO_FILE') : { ...refusal, body: undefined }
    },
    close() {
      lateReplies.close()
      return dispatcher.close()
    },
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

/**
 * One file as multipart/form-data (RFC 7578): the whole body is in memory, and so is its length.
 */
function multipart({ field, fileName, contentType, bytes }: Upload): Payload {
  // Random, so that no file can contain it by chance or on purpose.
  const boundary = `----reach${randomBytes(16).toString('hex')}`
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${field}"; filename="${fileName}"`,
    `Content-Type: ${contentType}`,
    '',
    '',
  ].join('\r\n')
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}

/** The platform answers 200 to everything that it understood; other statuses are a gateway's. */
function checkStatus(request: WechatRequest, result: ExchangeResult): ExchangeResult {
  if (result.result !== 'answered' || result.status === 200) return result
  return unknown(request, `HTTP_${result.status}`)
}

function objectOf(request: WechatRequest, result: ExchangeResult): WechatReply<JsonObject> {
  switch (result.result) {
    case 'not_sent':
      return result
    case 'unknown': {
      const { cause } = result
      const lateReply = result.lateReply?.then((late) =>
        objectOf(request, checkStatus(request, late)),
      )
      return { result: 'unknown', cause, ...(lateReply && { lateReply }) }
    }
    case 'answered':
      return readObject(result.bytes) ?? unknown(request, 'NOT_JSON')
    default:
      return result satisfies never
  }
}

function readObject(bytes: Buffer) {
  const body = parseObject(new TextDecoder().decode(bytes))
  if (!body) return undefined
  const { errcode = 0, errmsg = '' } = body
  if (typeof errcode !== 'number' || !Number.isInteger(errcode)) return undefined
  return { result: 'answered' as const, errcode, errmsg: String(errmsg), body }
}

const unknown = ({ method, path }: WechatRequest, code: string) => ({
  result: 'unknown' as const,
  cause: new WechatCallError(`${method} ${path}`, code, true),
})
