/** What every part of the library is given. */
import type { Capture } from './event'
import type { Guard, WarnOnce } from './notices'
import type { Platform } from './platform'
import type { CallWechat } from './platform-call'
import type { World } from './world'

/** One for each `createReach`. Every part takes it as its first argument. */
export interface Context {
  platform: Platform
  world: World
  warnOnce: WarnOnce
  guard: Guard
  callWechat: CallWechat
  capture: Capture
  /** May use network, storage and platform: consent is given, and there is a user. */
  mayCall(): boolean
  /** Events: consent is given or awaited, and this is a place with users. */
  mayRecord(): boolean
}
