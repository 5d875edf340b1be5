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
  outcome.then(
    (result) => {
      if (success) success(result)
      if (complete) complete(result)
    },
    // Also where nobody looks at the promise: an old phone has no unhandled rejection because of us.
    (error) => {
      if (fail) fail(error)
      if (complete) complete(error)
    },
  )
  return success || fail || complete ? undefined : outcome
}
