/**
 * Calls of the platform: the one place where its callbacks become promises, and promises callbacks.
 */
import { messageOf, type WarnOnce } from './notices'
import type { Callbacks, Platform, WechatError } from './platform'
import type { World } from './world'
import { copyWith } from './wrap'

interface ResultCallbacks<Result> {
  success: (result: Result) => void
  fail: (error: WechatError) => void
  complete: () => void
}

/**
 * Calls `host[name]` with success and fail added. Rejects with the platform's error object, with
 * `…:fail timeout` after `timeoutMs` (a later result is ignored), or with `…:fail not supported`
 * where this base library lacks the function, of which the developer is warned. The trap: neither
 * `fail` nor `success` may ever come, so a caller that waits for the network passes a time-out.
 *
 * @param isUnchanged - the platform gets `options` itself: only a call that fails at once rejects
 */
export type CallWechat = <Result>(
  host: object,
  name: string,
  options?: object,
  timeoutMs?: number,
  isUnchanged?: unknown,
) => Promise<Result>

export const createCallWechat =
  (world: Pick<World, 'after'>, warnOnce: WarnOnce): CallWechat =>
  (host, name, options, timeoutMs, isUnchanged) =>
    new Promise<never>((resolve, reject) => {
      const fail = (why: string) => reject({ errMsg: `${name}:fail ${why}` } satisfies WechatError)
      const call = (host as Record<string, unknown>)[name]
      if (typeof call !== 'function') {
        warnOnce('not_supported', name)
        return fail('not supported')
      }
      const cancel = timeoutMs ? world.after(timeoutMs, () => fail('timeout')) : () => {}
      const end =
        <Given>(callback: (given: Given) => void) =>
        (given: Given) => {
          cancel()
          callback(given)
        }
      const callbacks: ResultCallbacks<never> = {
        success: end(resolve),
        fail: end(reject),
        // The caller's own `complete` is called by `withCallbacks`; here it would be a second time.
        complete() {},
      }
      if (!isUnchanged) return call.call(host, copyWith(options || {}, callbacks))
      try {
        call.call(host, options)
      } catch (error) {
        fail(messageOf(error))
      }
    })

/** The same time-out for a promise of the app's. */
export function withTimeout<Result>(
  callWechat: CallWechat,
  ask: () => unknown,
  timeoutMs: number,
): Promise<Result> {
  const promise = ({ success, fail }: ResultCallbacks<unknown>) =>
    Promise.resolve(ask()).then(success, fail)
  return callWechat({ promise }, 'promise', {}, timeoutMs)
}

/** What a call returns: nothing where it was given callbacks, else a promise. */
type CallResult<Options, Result> = Options extends
  { success: unknown } | { fail: unknown } | { complete: unknown }
  ? void
  : Promise<Result>

/** A function of the platform, which returns a promise where no callback is given. */
export type PlatformFunction<Options, Result> = <Given extends Options>(
  options?: Given,
) => CallResult<Given, Result>

/**
 * With a callback and no `timeout` the object goes to the platform unchanged. Without one a promise
 * comes back, which rejects with the platform's error object. `timeout` counts also where this base
 * library knows no such option, or never replies. What the base library lacks, or throws at, fails;
 * it does not throw.
 */
export function createPlatformFunction<Options, Result>(
  context: { wx: Platform; callWechat: CallWechat },
  name: keyof Platform,
): PlatformFunction<Options, Result> {
  return ((options?: Callbacks<Result> & { timeout?: number }) => {
    const { success, fail, complete, timeout } = options || {}
    const isUnchanged = !timeout && (success || fail || complete)
    const asked = context.callWechat<Result>(context.wx, name, options, timeout, isUnchanged)
    return withCallbacks(asked, options)
  }) as PlatformFunction<Options, Result>
}

/** Hands a result to the callbacks where there are some, else returns the promise. */
export function withCallbacks<Result>(
  promise: Promise<Result>,
  options: Callbacks<Result> | undefined,
): Promise<Result> | undefined {
  const { success, fail, complete } = options || {}
  const end =
    <Given extends Result | WechatError>(callback: ((given: Given) => void) | undefined) =>
    (given: Given) => {
      try {
        if (callback) callback(given)
      } finally {
        if (complete) complete(given)
      }
    }
  // Both handlers, also where the caller ignores the promise: an old phone then reports no
  // unhandled rejection because of us.
  promise.then(end(success), end(fail))
  return success || fail || complete ? undefined : promise
}
