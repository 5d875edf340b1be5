/** By `then`, not by instanceof: promises come compiled, polyfilled and from other realms. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  !!value && typeof (value as { then?: unknown }).then === 'function'
