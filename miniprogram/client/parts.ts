/**
 * The door between the core and the other entries of this package, which are files of their own so that nobody downloads
 * what he does not use. Not for apps: it changes without notice.
 */
import type { Arrivals } from './arrival'
import type { Tell } from './notice'
import type { Platform } from './platform'
import type { Quietly } from './quietly'
import type { Reach } from './reach'
import type { Session } from './session'
import type { Transport } from './transport'
import type { World } from './world'
import type { copyWith } from './wrap'

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
