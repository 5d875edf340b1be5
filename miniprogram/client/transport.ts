/** One request to our server, and whether what came back is ours. */
import { callWechat } from './wechat-call'
import type { Platform, RequestOptions, RequestResult } from './platform'
import type { World } from './world'

const timeoutMs = 10_000

/** `status` 0: nobody answered in time. */
export interface Reply {
  status: number
  data: unknown
  retryAfterMs: number
}

/** A POST with a body, a GET without. */
export type Transport = (path: string, body?: object, token?: string) => Promise<Reply>

export function createTransport(platform: Platform, baseUrl: string, world: World): Transport {
  const base = baseUrl.replace(/\/+$/, '')
  return (path, data, token) => {
    const header: Record<string, string> = { 'content-type': 'application/json' }
    if (token) header.authorization = `Bearer ${token}`
    const method = data ? 'POST' : 'GET'
    const options = { url: base + path, method, data, header } as RequestOptions
    let task: unknown
    const host = { request: (full: RequestOptions) => (task = platform.request(full)) }
    // wx.request calls success for every HTTP reply, a 500 included, and fail only where there was none. It has no
    // time-out of its own before 2.10.0, and none that covers a request the system has put to sleep.
    return callWechat<RequestResult>(host, 'request', options, world, timeoutMs).then(
      (result) => {
        const given = (result.header || {}) as Record<string, string>
        const seconds = Number(given['Retry-After'] || given['retry-after'])
        return { status: result.statusCode, data: result.data, retryAfterMs: seconds * 1000 || 0 }
      },
      () => {
        abort(task)
        return { status: 0, data: undefined, retryAfterMs: 0 }
      },
    )
  }
}

function abort(task: unknown): void {
  try {
    // Also after an ordinary failure, where it does nothing.
    ;(task as { abort(): void }).abort()
  } catch {
    // Some hosts return no task, or one that has already gone.
  }
}
