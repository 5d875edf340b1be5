/** The one place where the platform's callbacks become promises. */
import type { World } from './context'
import type { Tell } from './notices'
import type { Callbacks, Platform } from './platform'
import { changed } from './wrap'

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

/** A platform function as the platform has it, and a promise where no callback is given. */

export type PassThrough<Options, Result> = <Given extends Options>(
  options?: Given,
) => Answer<Given, Result>

/**
 * With a callback the object goes to the platform as it is; without one a promise comes back, which rejects with the
 * platform's error object, or after `timeout` also where this base library knows no such option. A function that this
 * base library lacks fails, it does not throw.
 */
export function passThrough<Options, Result>(
  platform: Platform,
  callWechat: CallWechat,
  name: keyof Platform,
  called: () => void = () => {},
): PassThrough<Options, Result> {
  return ((options?: Callbacks<Result> & { timeout?: number }) => {
    called()
    if (hasCallbacks(options) && platform[name]) {
      ;(platform[name] as (given: unknown) => unknown)(options)
      return undefined
    }
    const { timeout } = options || {}
    return answer(callWechat<Result>(platform, name, options, timeout), options)
  }) as PassThrough<Options, Result>
}

/** What a function answers: nothing where it was given callbacks, else a promise. */
export type Answer<Options, Result> = Options extends
  { success: unknown } | { fail: unknown } | { complete: unknown }
  ? void
  : Promise<Result>

export const hasCallbacks = (options: Callbacks<never> | undefined): boolean =>
  !!options && !!(options.success || options.fail || options.complete)

/** Hands an outcome on in the platform's manners: to the callbacks where there are some, else as a promise. */
export function answer<Result>(
  outcome: Promise<Result>,
  options: Callbacks<Result> | undefined,
): Promise<Result> | undefined {
  const { success, fail, complete } = options || {}
  const end =
    <Given>(callback: ((given: Given) => void) | undefined) =>
    (given: Given) => {
      try {
        if (callback) callback(given)
      } finally {
        if (complete) complete(given as never)
      }
    }
  // Both, also where nobody looks at the promise: an old phone has no unhandled rejection because of us.
  outcome.then(end(success), end(fail))
  return success || fail || complete ? undefined : outcome
}
