/** A platform function as the platform has it, and a promise where no callback is given. */
import { callWechat } from './wechat-call'
import type { Callbacks, Platform } from './platform'

type Answer<Options, Result> = Options extends
  { success: unknown } | { fail: unknown } | { complete: unknown }
  ? void
  : Promise<Result>

export type PassThrough<Options, Result> = <Given extends Options>(
  options?: Given,
) => Answer<Given, Result>

export const hasCallbacks = (options: Callbacks<never> | undefined): boolean =>
  !!options && !!(options.success || options.fail || options.complete)

/**
 * With a callback the object goes to the platform as it is; without one a promise comes back, which rejects with the
 * platform's error object. A function that this base library lacks fails, it does not throw.
 */
export function passThrough<Options, Result>(
  platform: Platform,
  name: keyof Platform,
  called: (options: Options | undefined) => void = () => {},
): PassThrough<Options, Result> {
  return ((options?: Options & Callbacks<Result>) => {
    called(options)
    if (hasCallbacks(options) && platform[name]) {
      ;(platform[name] as (given: unknown) => unknown)(options)
      return undefined
    }
    const answer = callWechat<Result>(platform, name, options || {})
    if (!hasCallbacks(options)) {
      // Who does not look at the promise has no unhandled rejection on an old phone.
      answer.catch(() => {})
      return answer
    }
    answer.catch((error) => {
      if (options!.fail) options!.fail(error)
      if (options!.complete) options!.complete(error)
    })
    return undefined
  }) as PassThrough<Options, Result>
}
