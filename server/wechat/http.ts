/**
 * JSON and files over HTTPS to the platform, and what is certain about a reply. Knows no endpoint.
 */
import { randomBytes } from 'node:crypto'
import { Agent, Pool, ProxyAgent, type Dispatcher } from 'undici'
import { callRules } from '../rules/wechat-calls.ts'
import { decodeText, parsePlatformJson, wholeOf, type JsonObject } from '../runtime/encoding.ts'
import { refusalText } from '../verify/values.ts'
import { WechatCallError } from './call-errors.ts'
import { decompress } from './compression.ts'

export interface WechatHttp {
  /**
   * Calls once and never again by itself, follows no redirect, and never rejects. Keeps connections
   * open. `answered` means: HTTP 200 with a JSON object, whatever its content type.
   *
   * @param decode returns `undefined` for a body that is not what the page promises. The result is
   * unknown then: an empty object from a gateway must not pass as errcode 0. The body of a refusal
   * is not decoded. Default: any object passes
   */
  call<Body = JsonObject>(
    request: WechatRequest,
    decode?: (body: JsonObject) => Body | undefined,
  ): Promise<WechatReply<Body>>
  /**
   * As `call`, for endpoints that answer with a file, and with JSON when they refuse. A JSON object
   * of at most `maxReplyBytes` counts as a refusal under any content type, also one of images;
   * without an errcode other than 0 the result is unknown. All other bytes are the file. Default:
   * any file passes.
   */
  download<Body = ReplyFile>(
    request: WechatRequest,
    decode?: (file: ReplyFile) => Body | undefined,
  ): Promise<WechatReply<Body>>
  /** Waits for the calls under way, but for no late reply, then closes the connections. */
  close(): Promise<void>
}

/**
 * What came back from the platform. Three results, because the ledger must distinguish "not sent"
 * from "unknown": the first gives a credit back, the second must not.
 */
export type WechatReply<Body> =
  /** `errcode` is 0 where the body carries none; the body is there when it is 0. */
  | {
      result: 'answered'
      errcode: number
      errmsg: string
      body: Body | undefined
      /** The quota of this API is used up: the server does not call it again before. */
      retryAfterMs?: number
    }
  /**
   * The request certainly did not reach WeChat: no address, connection refused, time-out before
   * connecting, TLS.
   */
  | { result: 'not_sent'; cause: unknown }
  /** All else: time-out, 5xx, reset, a body that is not what the page promises. See `failureOf`. */
  | {
      result: 'unknown'
      cause: unknown
      /**
       * After a time-out, where the request accepts it: the reply that came later, or `unknown`.
       * Never rejects.
       */
      lateReply?: Promise<WechatReply<Body>>
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

interface Upload {
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
  /** A longer body is dropped, and the result of the call unknown. Default 256 KiB. */
  maxReplyBytes?: number
  /** The same for a file. Default 10 MiB. */
  maxFileBytes?: number
  /**
   * Of an HTTP proxy, through which every call is tunnelled with CONNECT. May hold a user and a
   * password. Default: direct connections.
   */
  proxy?: string
  /** In place of connections of ours. It must not try again by itself. */
  dispatcher?: Dispatcher
}

export function createWechatHttp(options: WechatHttpOptions): WechatHttp {
  const { base, connectTimeoutMs, timeoutMs, lateReplyMs, maxReplyBytes, maxFileBytes } = {
    ...callRules,
    ...options,
  }
  const { origin, pathname } = new URL(base)
  const prefix = pathname.replace(/\/$/, '')
  const dispatcher = options.dispatcher ?? createConnections(connectTimeoutMs, options.proxy)
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
    async call<Body>(
      request: WechatRequest,
      decode = (body: JsonObject): Body | undefined => body as Body,
    ) {
      return replyOf(request, await send(request, maxReplyBytes), decode)
    },
    async download<Body>(
      request: WechatRequest,
      decode = (file: ReplyFile): Body | undefined => file as Body,
    ): Promise<WechatReply<Body>> {
      const result = await send({ ...request, awaitLateReply: false }, maxFileBytes)
      if (result.result !== 'answered') return { result: result.result, cause: result.cause }
      const { bytes, contentType } = result
      const refusal = bytes.length > maxReplyBytes ? undefined : readObject(bytes, request)
      if (refusal?.errcode === 0) return unknown(request, 'NO_FILE')
      if (refusal) return { ...refusal, body: undefined }
      const body = decode({ bytes, contentType })
      if (body === undefined) return unknown(request, 'NOT_AS_PROMISED')
      return { result: 'answered', errcode: 0, errmsg: '', body }
    },
    close() {
      lateReplies.close()
      return dispatcher.close()
    },
  }
}

/** Only `timeoutMs` bounds the reply: one bound, so that its failure has one name. */
function createConnections(timeout: number, proxy: string | undefined): Dispatcher {
  const unbounded = { headersTimeout: 0, bodyTimeout: 0 }
  if (proxy === undefined) return new Agent({ connect: { timeout }, ...unbounded })
  return new ProxyAgent({
    uri: proxy,
    proxyTls: { timeout },
    requestTls: { timeout },
    // A proxy that never answers CONNECT would keep its caller, and `close`, waiting for ever.
    clientFactory: (origin, pool) => new Pool(origin, { ...pool, headersTimeout: timeout }),
    ...unbounded,
  })
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

function replyOf<Body>(
  request: WechatRequest,
  result: ExchangeResult,
  decode: (body: JsonObject) => Body | undefined,
): WechatReply<Body> {
  switch (result.result) {
    case 'not_sent':
      return result
    case 'unknown': {
      const { cause, partial } = result
      // A JSON object is whole once it can be read, although the connection broke behind it.
      const read = partial && readObject(partial, request)
      if (read) return decoded(request, read, decode)
      const lateReply = result.lateReply?.then((late) =>
        replyOf(request, checkStatus(request, late), decode),
      )
      return { result: 'unknown', cause, ...(lateReply && { lateReply }) }
    }
    case 'answered': {
      const read = readObject(result.bytes, request)
      return read ? decoded(request, read, decode) : unknown(request, 'NOT_JSON')
    }
    default:
      return result satisfies never
  }
}

function decoded<Body>(
  request: WechatRequest,
  read: NonNullable<ReturnType<typeof readObject>>,
  decode: (body: JsonObject) => Body | undefined,
): WechatReply<Body> {
  if (read.errcode !== 0) return { ...read, body: undefined }
  const body = decode(read.body)
  return body === undefined ? unknown(request, 'NOT_AS_PROMISED') : { ...read, body }
}

/** `undefined`: not a JSON object, or its errcode is no whole number. */
function readObject(bytes: Buffer, request: WechatRequest) {
  const body = parsePlatformJson(decodeText(bytes))
  if (!body) return undefined
  const errcode = wholeOf(body.errcode ?? 0)
  if (errcode === undefined) return undefined
  const errmsg = refusalText(body.errmsg, secretsOf(request))
  return { result: 'answered' as const, errcode, errmsg, body }
}

const secretNames = ['access_token', 'secret', 'js_code', 'touser', 'form_id']

/** What a call carries and no text about it may hold. */
function secretsOf({ query, body }: WechatRequest): string[] {
  const fields = { ...query, ...(body as object | undefined) } as Record<string, unknown>
  return secretNames.map((name) => fields[name]).filter((field) => typeof field === 'string')
}

const unknown = ({ method, path }: WechatRequest, code: string) => ({
  result: 'unknown' as const,
  cause: new WechatCallError(`${method} ${path}`, code, true),
})

interface Exchange {
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
  /** Accepts a reply after `timeoutMs`; absent: the connection is cut then. */
  lateReplies?: LateReplies
}

interface Payload {
  contentType: string
  bytes: string | Buffer
}

export type ExchangeResult =
  | { result: 'answered'; status: number; contentType: string; bytes: Buffer }
  | { result: 'not_sent'; cause: WechatCallError }
  | {
      result: 'unknown'
      cause: WechatCallError
      /** How the exchange ends after its time-out. Never rejects. */
      lateReply?: Promise<ExchangeResult>
      /** The bytes of a reply whose end did not come. */
      partial?: Buffer
    }

/**
 * One HTTP exchange, and whether its request left this machine. undici calls `onRequestStart` right
 * before it writes to a connected (and, with https, trusted) socket. What fails before that moment
 * was certainly not sent, whatever its error code; after it, the result is unknown. Error codes
 * alone do not distinguish the two: EHOSTUNREACH also ends a connection that has already carried
 * the request.
 */
export function exchange(call: Exchange): Promise<ExchangeResult> {
  const { dispatcher, origin, method, target, path, body, timeoutMs, maxReplyBytes } = call
  return new Promise((resolve) => {
    /** Settles what is awaited now: the exchange, and after the time-out its late reply. */
    let settle: (result: ExchangeResult) => void = resolve
    let stopAwaiting = () => {}
    let abort: ((reason: Error) => void) | undefined
    let status = 0
    let contentType = ''
    let contentEncoding = ''
    let size = 0
    const chunks: Buffer[] = []
    let failure: WechatCallError | undefined

    const fail = (code: string) => {
      if (failure) return
      failure = new WechatCallError(`${method} ${path}`, code, abort !== undefined)
      const isPartial = status === 200 && code !== 'REPLY_TOO_LARGE'
      const partial = isPartial && { partial: Buffer.concat(chunks) }
      end(
        abort
          ? { result: 'unknown', cause: failure, ...partial }
          : { result: 'not_sent', cause: failure },
      )
      abort?.(failure)
    }
    const end = (result: ExchangeResult) => {
      clearTimeout(timer)
      stopAwaiting()
      settle(result)
    }
    const timeOut = () => {
      const stop = abort && call.lateReplies?.add(() => fail('TIMED_OUT'))
      if (!stop) return fail('TIMED_OUT')
      stopAwaiting = stop
      const cause = new WechatCallError(`${method} ${path}`, 'TIMED_OUT', true)
      const lateReply = new Promise<ExchangeResult>((resolveLate) => (settle = resolveLate))
      resolve({ result: 'unknown', cause, lateReply })
    }
    const timer = setTimeout(timeOut, timeoutMs)

    const headers = {
      'accept-encoding': 'identity',
      ...call.headers,
      ...(body && { 'content-type': body.contentType }),
    }
    dispatcher.dispatch(
      { origin, path: target, method, headers, body: body?.bytes ?? null },
      {
        onRequestStart(controller) {
          // It timed out while it waited for a connection: it must not go out any more.
          if (failure) return controller.abort(failure)
          abort = (reason) => controller.abort(reason)
        },
        onResponseStart(_controller, statusCode, received) {
          status = statusCode
          contentType = [received['content-type'] ?? ''].flat()[0] ?? ''
          contentEncoding = [received['content-encoding'] ?? ''].flat().join(',')
        },
        onResponseData(_controller, chunk) {
          size += chunk.length
          if (size > maxReplyBytes) return fail('REPLY_TOO_LARGE')
          chunks.push(chunk)
        },
        onResponseEnd() {
          const raw = Buffer.concat(chunks)
          const answered = (bytes: Buffer) =>
            end({ result: 'answered', status, contentType, bytes })
          // No image and no JSON begins as gzip does.
          const isGzip = raw[0] === 0x1f && raw[1] === 0x8b
          if (contentEncoding === '' && !isGzip) return answered(raw)
          void decompress(raw, contentEncoding || 'gzip', maxReplyBytes).then((bytes) =>
            bytes ? answered(bytes) : fail('REPLY_TOO_LARGE'),
          )
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
  const refused = /^Proxy response \((\d{3})\)/.exec(error.message)
  if (refused) return `PROXY_${refused[1]}`
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.name
}

/** The exchanges whose reply is awaited beyond their time-out. */
interface LateReplies {
  /**
   * Adds one exchange. `onTimeout` is called once its time is over, or when all are closed. Returns
   * what removes it; `undefined`: there are too many, and the exchange must be cut at once.
   */
  add(onTimeout: () => void): (() => void) | undefined
  /** Cuts all of them, and every later one at once. */
  close(): void
}

interface LateRepliesOptions {
  waitMs: number
  /** At once. Each holds a connection, and while the platform hangs every send adds one. */
  most: number
}

export function createLateReplies({ waitMs, most }: LateRepliesOptions): LateReplies {
  const awaited = new Set<() => void>()
  let closed = false
  return {
    add(onTimeout) {
      if (closed || awaited.size >= most || waitMs <= 0) return undefined
      const timer = setTimeout(onTimeout, waitMs)
      awaited.add(onTimeout)
      return () => {
        clearTimeout(timer)
        awaited.delete(onTimeout)
      }
    },
    close() {
      closed = true
      for (const onTimeout of awaited) onTimeout()
    },
  }
}
