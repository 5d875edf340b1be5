import type { Arrivals } from './arrivals'
import type { Tell, Quietly } from './notices'
import type { Platform } from './platform'
import type { Reach } from './reach'
import type { Session } from './session'
import type { Transport } from './transport'
import type { copyWith } from './wrap'

/** The world beside the platform's functions: time, chance, the page stack, the developer's console. */

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
  /** Runs `task` after `ms`. Returns a cancel. */
  after(ms: number, task: () => void): () => void
  /** The page stack, the page on top last. */
  pages(): PageLike[]
  /** What all code of this life has in common: the app, or in an independent subpackage what it will be made of. */
  app(): object
  warn(message: string): void
}

export const createWorld = (): World => ({
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
  pages: () => (typeof getCurrentPages === 'function' && getCurrentPages()) || [],
  app: () => (typeof getApp === 'function' && getApp({ allowDefault: true })) || {},
  // oxlint-disable-next-line no-console -- the developer's console in DevTools is where this belongs
  warn: (message) => console.warn(message),
})

/**
 * The door between the core and the other entries of this package, which are files of their own so that nobody downloads
 * what he does not use. Not for apps: it changes without notice.
 */

export interface Parts {
  platform: Platform
  world: World
  tell: Tell
  quietly: Quietly
  transport: Transport
  session: Session
  /** Consent is given, and this place knows users. */
  mayCall(): boolean
  enter: Arrivals['enter']
  /** Here, so that no entry brings its own. */
  copyWith: typeof copyWith
}

export const partsOf = (reach: Reach): Parts => (reach as Reach & { parts: Parts }).parts
