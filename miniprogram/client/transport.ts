/** One request to our server. */
import type { Context } from './context'
import { messageOf } from './notices'
import type { RequestOptions, RequestResult } from './platform'

const timeoutMs = 10_000

export interface ServerReply {
  /** 0: no reply in time. */
  status: number
  data?: unknown
  /** What `Retry-After` asks for; NaN where there is none. */
  retryAfterMs: number
  /** For a notice: the status, or the platform's message where there was no reply. */
  errMsg: unknown
}

/** A POST with a body, a GET without. Never rejects. */
export type Transport = (path: string, body?: object, token?: string) => Promise<ServerReply>

export function createTransport(context: Context, baseUrl: string): Transport {
  const base = baseUrl.replace(/\/+$/, '')
  return (path, body, token) => {
    // JSON is the default of wx.request.
    const header = token ? { authorization: `Bearer ${token}` } : {}
    const method = body ? 'POST' : 'GET'
    const options = { url: base + path, method, data: body, header } as RequestOptions
    let task: { abort(): void }
    const host = {
      request: (full: RequestOptions) => (task = context.wx.request(full) as typeof task),
    }
    // wx.request calls success for every HTTP reply, a 500 included, and fail only where there was
    // none. It has no time-out before 2.10.0, and none that covers a request in a suspended app.
    return context.callWechat<RequestResult>(host, 'request', options, timeoutMs).then(
      (result) => {
        const headers = (result.header || {}) as Record<string, string>
        const seconds = Number(headers['Retry-After'] || headers['retry-after'])
        const { statusCode: status, data } = result
        return { status, data, retryAfterMs: seconds * 1000, errMsg: `HTTP ${status}` }
      },
      (error) => {
        try {
          // Also after an ordinary failure, where it does nothing.
          task.abort()
        } catch {
          // Some hosts return no task, or one that has already ended.
        }
        return { status: 0, retryAfterMs: 0, errMsg: messageOf(error) }
      },
    )
  }
}
