/** The one place where the platform's callbacks become promises. */
import { changed } from './changed'
import type { Tell } from './notice'
import type { World } from './world'

/** What the platform hands to `fail`. */
export interface WechatError {
  errMsg: string
  errCode?: number
  errno?: number
}

interface Outcome<Result> {
  success: (result: Result) => void
  fail: (error: WechatError) => void
  complete: () => void
}

/**
 * Calls `host[name]` with success and fail added. Rejects with the platform's error object, with
 * `…:fail timeout` after `timeoutMs` (a later answer is ignored), or with `…:fail not supported` where this
 * base library does not have the function, which the developer is told. The trap: `fail` may never come, nor `success`,
 * so whoever waits for the network should pass a time.
 */
export type CallWechat = <Result>(
  host: object,
  name: string,
  options?: object,
  timeoutMs?: number,
) => Promise<Result>

export const createCallWechat =
  (world: Pick<World, 'after'>, tell: Tell): CallWechat =>
  (host, name, options, timeoutMs) =>
    new Promise((resolve, reject) => {
      const fail = (why: string) => reject({ errMsg: `${name}:fail ${why}` } satisfies WechatError)
      const call = (host as Record<string, unknown>)[name]
      if (typeof call !== 'function') {
        tell('not_supported', name)
        return fail('not supported')
      }
      const cancel = timeoutMs ? world.after(timeoutMs, () => fail('timeout')) : () => {}
      const outcome: Outcome<never> = {
        success: (result) => {
          cancel()
          resolve(result)
        },
        fail: (error) => {
          cancel()
          reject(error)
        },
        // The caller's own would come a second time, from whoever hands this outcome on.
        complete() {},
      }
      call.call(host, changed(options as object, outcome))
    })

/** The same patience with a promise of the app's. */
export function inTime<Result>(
  callWechat: CallWechat,
  ask: () => unknown,
  timeoutMs: number,
): Promise<Result> {
  const promise = ({ success, fail }: Outcome<never>) =>
    Promise.resolve(ask() as never).then(success, fail)
  return callWechat({ promise }, 'promise', {}, timeoutMs)
}
