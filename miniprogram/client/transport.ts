/** One request to our server, and whether what came back is ours. */
import { wordsOf } from './notices'
import type { Platform, RequestOptions, RequestResult } from './platform'
import type { CallWechat } from './platform-call'

const timeoutMs = 10_000

/** `status` 0: nobody answered in time. */
export interface Reply {
  status: number
  data?: unknown
  /** As long as the server asks, by `Retry-After`; no number where it does not. */
  waitMs: number
  /** What a notice says of it: the status, or why nobody answered, in the words of who should have. */
  errMsg: unknown
}

/** A POST with a body, a GET without. */
export type Transport = (path: string, body?: object, token?: string) => Promise<Reply>

export function createTransport(
  platform: Platform,
  baseUrl: string,
  callWechat: CallWechat,
): Transport {
  const base = baseUrl.replace(/\/+$/, '')
  return (path, body, token) => {
    // JSON is what wx.request sends unless told.
    const header = token ? { authorization: `Bearer ${token}` } : {}
    const method = body ? 'POST' : 'GET'
    const options = { url: base + path, method, data: body, header } as RequestOptions
    let task: { abort(): void }
    const host = {
      request: (full: RequestOptions) => (task = platform.request(full) as typeof task),
    }
    // wx.request calls success for every HTTP reply, a 500 included, and fail only where there was none. It has no
    // time-out of its own before 2.10.0, and none that covers a request the system has put to sleep.
    return callWechat<RequestResult>(host, 'request', options, timeoutMs).then(
      (result) => {
        const given = (result.header || {}) as Record<string, string>
        const seconds = Number(given['Retry-After'] || given['retry-after'])
        const { statusCode: status, data } = result
        return { status, data, waitMs: seconds * 1000, errMsg: `HTTP ${status}` }
      },
      (error) => {
        try {
          // Also after an ordinary failure, where it does nothing.
          task.abort()
        } catch {
          // Some hosts return no task, or one that has already gone.
        }
        return { status: 0, waitMs: 0, errMsg: wordsOf(error) }
      },
    )
  }
}
