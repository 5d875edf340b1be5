/** The entry `wx-reach/inspect`: the library's state on this phone, for a page for developers. */
import { internalsOf } from './internals'
import { readVersions, type Platform } from './platform'
import type { Inspection, Reach } from './reach'
import { storageKey, type StoredToken } from './storage'

export interface InspectionReport extends Inspection {
  /** How many events of each type are queued. */
  waiting: Record<string, number>
  /** The age of the oldest queued event in milliseconds, by the phone's clock; 0 without any. */
  oldestMs: number
  /** Whether storage holds a session's token; `undefined` before there is consent. */
  signedIn: boolean | undefined
  /** Characters that the library's keys take of the mini-program's storage. */
  stored: number
  sdkVersion: string
  /** Functions that this base library lacks: see `docs/client-notices.md#not_supported`. */
  missing: (keyof Platform)[]
}

const optional: (keyof Platform)[] = [
  'login',
  'getShareInfo',
  'getGroupEnterInfo',
  'showShareMenu',
  'updateShareMenu',
  'requestSubscribeMessage',
  'onAppShow',
  'onNetworkStatusChange',
  'getAccountInfoSync',
]

/**
 * All of `reach.inspect()` and more. Reads storage, so call it on a page for developers, not on
 * each launch. Nothing in it is secret: no formId, token or ticket.
 *
 * @example this.setData({ report: inspect(reach) })
 */
export function inspect(reach: Reach): InspectionReport {
  const { wx: platform, world } = internalsOf(reach)
  const known = reach.inspect()
  const waiting: Record<string, number> = {}
  for (const { type } of known.queued) waiting[type] = (waiting[type] || 0) + 1
  const [oldest] = known.queued

  let stored = 0
  let signedIn: boolean | undefined
  if (known.consent === 'granted') {
    try {
      const token = platform.getStorageSync(storageKey) as StoredToken | ''
      signedIn = token ? !!token.token : false
      for (const name of platform.getStorageInfoSync().keys) {
        if (name.indexOf(storageKey) === 0)
          stored += JSON.stringify(platform.getStorageSync(name)).length
      }
    } catch {
      // The notice storage_failed has reported it by then.
    }
  }
  const { SDKVersion: sdkVersion = '' } = readVersions(platform)
  return Object.assign({}, known, {
    waiting,
    oldestMs: oldest ? world.now() - oldest.at : 0,
    signedIn,
    stored,
    sdkVersion,
    missing: optional.filter((name) => !platform[name]),
  })
}
