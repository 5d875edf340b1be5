/**
 * One HTTP exchange, told by what matters to a ledger: did the request leave this machine? undici calls
 * `onRequestStart` right before it writes to a connected (and, with https, trusted) socket. What fails before
 * that moment was certainly not sent, whatever its error code; what fails after it, nobody knows. Error codes
 * alone do not tell: EHOSTUNREACH also ends a connection that had already carried the request.
 */
import type { Dispatcher } from 'undici'
import { WechatCallError } from './call-error.ts'

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
}

export type Exchanged =
  | { fate: 'answered'; status: number; contentType: string; bytes: Buffer }
  | { fate: 'not_sent' | 'unknown'; cause: WechatCallError }

export function exchange(call: Exchange): Promise<Exchanged> {
  const { dispatcher, origin, method, target, path, body, timeoutMs, maxReplyBytes } = call
  return new Promise((resolve) => {
    let abort: ((reason: Error) => void) | undefined
    let status = 0
    let contentType = ''
    let size = 0
    const chunks: Buffer[] = []
    let failure: WechatCallError | undefined

    const fail = (code: string) => {
      if (failure) return
      failure = new WechatCallError(`${method} ${path}`, code, abort !== undefined)
      clearTimeout(timer)
      resolve({ fate: abort ? 'unknown' : 'not_sent', cause: failure })
      abort?.(failure)
    }
    const timer = setTimeout(() => fail('TIMED_OUT'), timeoutMs)

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
          clearTimeout(timer)
          resolve({ fate: 'answered', status, contentType, bytes: Buffer.concat(chunks) })
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
