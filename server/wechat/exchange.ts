/**
 * One HTTP exchange, told by what matters to a ledger: did the request leave this machine? undici calls
 * `onRequestStart` right before it writes to a connected (and, with https, trusted) socket. What fails before
 * that moment was certainly not sent, whatever its error code; what fails after it, nobody knows. Error codes
 * alone do not tell: EHOSTUNREACH also ends a connection that had already carried the request.
 */
import type { Dispatcher } from 'undici'
import { WechatCallError } from './call-error.ts'
import type { LateReplies } from './late-replies.ts'

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
  | { fate: 'answered'; status: number; contentType: string; bytes: Buffer }
  | { fate: 'not_sent'; cause: WechatCallError }
  /** `late`: how the exchange ends after all. Never rejects. */
  | { fate: 'unknown'; cause: WechatCallError; late?: Promise<Exchanged> }

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
      end({ fate: abort ? 'unknown' : 'not_sent', cause: failure })
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
      resolve({ fate: 'unknown', cause, late: new Promise((hear) => (tell = hear)) })
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
          end({ fate: 'answered', status, contentType, bytes: Buffer.concat(chunks) })
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
