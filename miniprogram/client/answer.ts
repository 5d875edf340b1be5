import type { Callbacks } from './platform'

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
