/** JSON and files over HTTPS to the platform, and what its answers are worth. Knows no endpoint. */
import { randomBytes } from 'node:crypto'
import { Agent, type Dispatcher } from 'undici'
import { callRules } from '../rules/wechat-calls.ts'
import { parseObject, type JsonObject } from '../runtime/json.ts'
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
   * was promised, and the result of the call unknown. All other bytes are the file, and not looked at.
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

  return {
    async call(request) {
      return objectOf(request, await send(request, maxReplyBytes))
    },
    async download(request) {
      const reply = await send({ ...request, hearsLate: false }, maxFileBytes)
      if (reply.result !== 'answered') return { result: reply.result, cause: reply.cause }
      const { bytes, contentType } = reply
      const words = readObject(bytes)
      if (!words)
        return { result: 'answered', errcode: 0, errmsg: '', body: { bytes, contentType } }
      if (words.result === 'answered' && words.errcode !== 0) return { ...words, body: undefined }
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
  if (reply.result === 'answered' && reply.status !== 200) {
    return unknown(request, `HTTP_${reply.status}`)
  }
  return reply
}

function objectOf(request: WechatRequest, reply: Exchanged): Reply<JsonObject> {
  switch (reply.result) {
    case 'not_sent':
      return reply
    case 'unknown': {
      const { cause } = reply
      const late = reply.late?.then((arrived) => objectOf(request, understood(request, arrived)))
      return { result: 'unknown', cause, ...(late && { late }) }
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
  return { result: 'unknown' as const, cause: new WechatCallError(`${method} ${path}`, code, true) }
}

function readObject(bytes: Buffer): Reply<JsonObject> | undefined {
  const body = parseObject(new TextDecoder().decode(bytes))
  if (!body) return undefined
  const { errcode = 0, errmsg = '' } = body
  if (typeof errcode !== 'number' || !Number.isInteger(errcode)) return undefined
  return { result: 'answered', errcode, errmsg: String(errmsg), body }
}

/**
 * One HTTP exchange, told by what matters to a ledger: did the request leave this machine? undici calls
 * `onRequestStart` right before it writes to a connected (and, with https, trusted) socket. What fails before
 * that moment was certainly not sent, whatever its error code; what fails after it, nobody knows. Error codes
 * alone do not tell: EHOSTUNREACH also ends a connection that had already carried the request.
 */

export interface Payload {
  contentType: string
  bytes: string | Buffer
}

export interface Exchange {
  dispatcher: Dispatcher
  origin: string
  method: 'GET' | 'POST'
  /** With the query, which carries secrets: never put into an error. */
  target: string
  /** Without the query: how errors name the call. */
  path: string
  /** Beside the content type. */
  headers?: Record<string, string>
  body?: Payload
  timeoutMs: number
  maxReplyBytes: number
  /** Where a reply is listened for after `timeoutMs`; absent: the connection is cut then. */
  late?: LateReplies
}

export type Exchanged =
  | { result: 'answered'; status: number; contentType: string; bytes: Buffer }
  | { result: 'not_sent'; cause: WechatCallError }
  /** `late`: how the exchange ends after all. Never rejects. */
  | { result: 'unknown'; cause: WechatCallError; late?: Promise<Exchanged> }

export function exchange(call: Exchange): Promise<Exchanged> {
  const { dispatcher, origin, method, target, path, body, timeoutMs, maxReplyBytes, late } = call
  return new Promise((resolve) => {
    /** Hears how it ends: the caller, and after the time-out whoever takes a late reply. */
    let tell: (exchanged: Exchanged) => void = resolve
    let stopListening = () => {}
    let abort: ((reason: Error) => void) | undefined
    let status = 0
    let contentType = ''
    let size = 0
    const chunks: Buffer[] = []
    let failure: WechatCallError | undefined

    const fail = (code: string) => {
      if (failure) return
      failure = new WechatCallError(`${method} ${path}`, code, abort !== undefined)
      end({ result: abort ? 'unknown' : 'not_sent', cause: failure })
      abort?.(failure)
    }
    const end = (exchanged: Exchanged) => {
      clearTimeout(timer)
      stopListening()
      tell(exchanged)
    }
    const timeOut = () => {
      const listening = abort && late?.listen(() => fail('TIMED_OUT'))
      if (!listening) return fail('TIMED_OUT')
      stopListening = listening
      const cause = new WechatCallError(`${method} ${path}`, 'TIMED_OUT', true)
      resolve({ result: 'unknown', cause, late: new Promise((hear) => (tell = hear)) })
    }
    const timer = setTimeout(timeOut, timeoutMs)

    const headers = { ...call.headers, ...(body && { 'content-type': body.contentType }) }
    dispatcher.dispatch(
      { origin, path: target, method, headers, body: body?.bytes ?? null },
      {
        onRequestStart(controller) {
          // Given up while it waited for a connection: it must not go out any more.
          if (failure) return controller.abort(failure)
          abort = (reason) => controller.abort(reason)
        },
        onResponseStart(_controller, statusCode, received) {
          status = statusCode
          contentType = [received['content-type'] ?? ''].flat()[0] ?? ''
        },
        onResponseData(_controller, chunk) {
          size += chunk.length
          if (size > maxReplyBytes) return fail('REPLY_TOO_LARGE')
          chunks.push(chunk)
        },
        onResponseEnd() {
          end({ result: 'answered', status, contentType, bytes: Buffer.concat(chunks) })
        },
        onResponseError(_controller, error) {
          fail(codeOf(error))
        },
      },
    )
  })
}

/** Only the code: texts of errors may quote the URL, and the URL carries the secret. */
function codeOf(error: Error): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.name
}

/** One file as multipart/form-data (RFC 7578), written by hand: the whole body is at hand, and its length with it. */

export interface Upload {
  /** The name of the form's field: `media`. */
  field: string
  /** With an extension: WeChat looks at it. ASCII without quotes. */
  fileName: string
  contentType: string
  bytes: Buffer
}

export function multipart({ field, fileName, contentType, bytes }: Upload): Payload {
  // Random, so that no file can hold it by chance or on purpose.
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

/** Replies that come after their caller was told that nobody knows: they are listened for a while longer. */

export interface LateReplies {
  /**
   * Takes a place for one call. `giveUp` is called once its time is over, or when all end. Returns what frees the
   * place; `undefined`: all are taken, and the call is to be given up at once.
   */
  listen(giveUp: () => void): (() => void) | undefined
  /** Gives all of them up, and every later one at once. */
  close(): void
}

export interface LateRepliesOptions {
  /** How long one is listened for. */
  waitMs: number
  /** At once. Each holds a connection, and while the platform hangs every send brings one more. */
  most: number
}

export function createLateReplies({ waitMs, most }: LateRepliesOptions): LateReplies {
  const listening = new Set<() => void>()
  let closed = false
  return {
    listen(giveUp) {
      if (closed || listening.size >= most || waitMs <= 0) return undefined
      const timer = setTimeout(giveUp, waitMs)
      listening.add(giveUp)
      return () => {
        clearTimeout(timer)
        listening.delete(giveUp)
      }
    },
    close() {
      closed = true
      for (const giveUp of listening) giveUp()
    },
  }
}

/**
 * Why a call brought no usable answer. Holds the path and a code, never the URL, the body or the original
 * error: those carry the access_token and the AppSecret.
 */
export class WechatCallError extends Error {
  override readonly name = 'WechatCallError'

  constructor(
    /** `POST /cgi-bin/…`, without the query. */
    readonly call: string,
    /** Of the system, of undici, or `TIMED_OUT`, `REPLY_TOO_LARGE`, `HTTP_502`, `NOT_JSON`, `NO_FILE`, `NOT_AS_PROMISED`. */
    readonly code: string,
    /** False: the request certainly never left. */
    readonly sent: boolean,
  ) {
    super(
      sent
        ? `${call} brought no usable answer (${code}); whether WeChat acted on it is not known.`
        : `${call} did not reach WeChat (${code}): check WECHAT_API_BASE, name resolution, the firewall and the certificates of this machine.`,
    )
  }
}
