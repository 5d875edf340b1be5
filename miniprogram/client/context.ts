/** What every part of the library is given. */
import type { Capture } from './event'
import type { Guard, WarnOnce } from './notices'
import type { Platform } from './platform'
import type { CallWechat } from './platform-call'
import type { World } from './world'

/** One for each `createReach`. Every part takes it as its first argument. */
export interface Context {
  /** Or what `createReach` was given in place of it. */
  wx: Platform
  world: World
  warnOnce: WarnOnce
  guard: Guard
  callWechat: CallWechat
  capture: Capture
  /**
   * What a timeline handler shares through the page's share handler is one share, the timeline's. 2
   * while such a handler runs, 1 while its promise is pending, else 0.
   */
  timelineDepth: number
  /** The route of the page that `self` is, or of the page on top. */
  routeAt(self: unknown): string
  /** May use network, storage and platform: consent is given, and there is a user. */
  mayCall(): boolean
  /** Events: consent is given or awaited, and this is a place with users. */
  mayRecord(): boolean
}
