/** When a failed call is tried again. */
import { RetryLaterError } from './errors.ts'
import type { ApiRequest } from './transport.ts'

export interface RetryOptions {
  /** Tries after the first. Default: 2. */
  retries?: number
  /**
   * Between two tries, in milliseconds. A call whose `Retry-After` is longer rejects at once.
   * Default: 10 seconds.
   */
  longestWaitMs?: number
  /** Resolves after so many milliseconds, or rejects with the reason of `signal`. */
  wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  /** From 0 to 1. Default: `Math.random`. */
  random?: () => number
}

/** Doubled with each try. */
const firstWaitMs = 500

export type Retry = <T>(request: ApiRequest, attempt: () => Promise<T>) => Promise<T>

export function createRetry({
  retries = 2,
  longestWaitMs = 10_000,
  wait = waitFor,
  random = Math.random,
}: RetryOptions): Retry {
  function waitAfter(error: RetryLaterError, tries: number): number {
    if (error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1_000
    // Jitter, so that many clients do not come back at once.
    return Math.min(firstWaitMs * 2 ** (tries - 1), longestWaitMs) * (0.5 + random() / 2)
  }

  return async (request, attempt) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt()
      } catch (error) {
        if (tries > retries || !mayRepeat(error, request)) throw error
        const waitMs = waitAfter(error, tries)
        if (waitMs > longestWaitMs) throw error
        await wait(waitMs, request.signal)
      }
    }
  }
}

/** 429: nothing was begun. After the other failures it is unknown whether it was done. */
const mayRepeat = (error: unknown, { once }: ApiRequest): error is RetryLaterError =>
  error instanceof RetryLaterError && (!once || error.status === 429)

function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
