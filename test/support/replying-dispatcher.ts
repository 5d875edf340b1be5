import type { Dispatcher } from 'undici'

/** One HTTP reply, as undici hands it on. */
export interface Replied {
  status: number
  headers: Record<string, string>
  body: Buffer
  /** The connection breaks before the end of the reply. */
  isCut: boolean
}

/** Answers each request at once with the same reply, and opens no connection. */
export function createReplyingDispatcher({ status, headers, body, isCut }: Replied): Dispatcher {
  const controller = { abort() {} } as unknown as Dispatcher.DispatchController
  const dispatch = (_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => {
    handler.onRequestStart?.(controller, undefined)
    handler.onResponseStart?.(controller, status, headers)
    const middle = body.length >> 1
    handler.onResponseData?.(controller, body.subarray(0, middle))
    handler.onResponseData?.(controller, body.subarray(middle))
    if (isCut) {
      handler.onResponseError?.(controller, Object.assign(new Error(), { code: 'UND_ERR_SOCKET' }))
    } else {
      handler.onResponseEnd?.(controller, {})
    }
    return true
  }
  return { dispatch, close: async () => {} } as unknown as Dispatcher
}
