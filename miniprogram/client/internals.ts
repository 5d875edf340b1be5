/**
 * The context of one `createReach` with all its parts, which the entries of this package use too.
 */
import type { Arrivals } from './arrivals'
import type { DeliveryContext } from './delivery'
import type { AskingFor } from './page'
import type { Reach } from './reach'
import type { Storage } from './storage'
import type { copyWith } from './wrap'

/**
 * The entries are files of their own, so that nobody downloads an entry that they do not use. Not
 * for apps: it changes without notice.
 */
export interface Internals extends DeliveryContext {
  storage: Storage
  arrivals: Arrivals
  askingFor: AskingFor
  /** Here, so that no entry brings its own copy. */
  copyWith: typeof copyWith
}

export const internalsOf = (reach: Reach): Internals =>
  (reach as Reach & { internals: Internals }).internals
