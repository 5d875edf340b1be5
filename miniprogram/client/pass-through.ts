/** A platform function as the platform has it, and a promise where no callback is given. */
import { answer, hasCallbacks } from './answer'
import type { Answer } from './answer'
import type { Callbacks, Platform } from './platform'
import type { CallWechat } from './wechat-call'

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
