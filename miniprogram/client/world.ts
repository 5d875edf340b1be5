/**
 * The world beside the platform's functions: time, chance, the page stack, the developer's console.
 */

export interface PageLike {
  route?: string
  __route__?: string
  options?: object
}

export interface World {
  /** Milliseconds since the epoch, by the phone's clock, which may jump. */
  now(): number
  /** At least 0, below 1. */
  random(): number
  /** Runs `task` after `ms`. Returns a cancel function. */
  after(ms: number, task: () => void): () => void
  /** The page stack, the page on top last. */
  pages(): PageLike[]
  /** Shared by all code of this life: the app, or its later prototype in a subpackage. */
  app(): object
  warn(message: string): void
}

export const createWorld = (): World => ({
  now: Date.now,
  random: Math.random,
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
  pages: () => (typeof getCurrentPages === 'function' && getCurrentPages()) || [],
  app: () => (typeof getApp === 'function' && getApp({ allowDefault: true })) || {},
  // oxlint-disable-next-line no-console -- for the developer's console in DevTools
  warn: (message) => console.warn(message),
})
