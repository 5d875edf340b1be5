/**
 * One HTTP exchange, and whether its request left this machine. undici calls `onRequestStart` right
 * before it writes to a connected (and, with https, trusted) socket. What fails before that moment
 * was certainly not sent, whatever its error code; after it, the result is unknown. Error codes
 * alone do not distinguish the two: EHOSTUNREACH also ends a connection that has already carried
 * the request.
 */
import type { Dispatcher } from 'undici'

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

export interface Payload {
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
    }

export function exchange(call: Exchange): Promise<ExchangeResult> {
  const { dispatcher, origin, method, target, path, body, timeoutMs, maxReplyBytes } = call
  return new Promise((resolve) => {
    /** Settles what is awaited now: the exchange, and after the time-out its late reply. */
    let settle: (result: ExchangeResult) => void = resolve
    let stopAwaiting = () => {}
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

    const headers = { ...call.headers, ...(body && { 'content-type': body.contentType }) }
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

/**
 * Why a call brought no usable answer. Holds the path and a code, never the URL, the body or the
 * original error: those carry the access_token and the AppSecret.
 */
export class WechatCallError extends Error {
  override readonly name = 'WechatCallError'

  constructor(
    /** `POST /cgi-bin/…`, without the query. */
    readonly call: string,
    /**
     * Of the system, of undici, or `TIMED_OUT`, `REPLY_TOO_LARGE`, `HTTP_502`, `NOT_JSON`,
     * `NO_FILE`, `NOT_AS_PROMISED`.
     */
    readonly code: string,
    /** False: the request certainly never left. */
    readonly sent: boolean,
  ) {
    super(
      sent
        ? `${call} brought no usable answer (${code}); whether WeChat acted on it is not known.`
        : `${call} did not reach WeChat (${code}): check WECHAT_API_BASE, name resolution, ` +
            'the firewall and the certificates of this machine.',
    )
  }
}
