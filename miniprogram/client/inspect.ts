/** The entry `wx-reach/inspect`: what the library knows and lacks on this phone, for a page of the developer's own. */
import { partsOf } from './context'
import { readVersions } from './platform'
import type { Platform } from './platform'
import type { Inspection, Reach } from './reach'

export interface InspectionReport extends Inspection {
  /** How many events of each type are queued. */
  waiting: Record<string, number>
  /** Milliseconds by the phone's clock, 0 where nothing waits. */
  oldestMs: number
  /** Whether the phone is signed in at the server; `undefined` with an own `session`, or before there is consent. */
  signedIn: boolean | undefined
  /** Characters that our keys take of the mini-program's storage. */
  stored: number
  sdkVersion: string
  /** Functions that this base library lacks: `docs/client-notices.md#not_supported` says what is lost by each. */
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

const key = 'wx-reach:1'

/**
 * All of `reach.inspect()` and more. Reads storage, so call it on a page for developers, not on each launch. Nothing in it
 * is secret: no formId, token or ticket.
 *
 * @example this.setData({ report: inspect(reach) })
 */
export function inspect(reach: Reach): InspectionReport {
  const { platform, world } = partsOf(reach)
  const known = reach.inspect()
  const waiting: Record<string, number> = {}
  for (const { type } of known.queued) waiting[type] = (waiting[type] || 0) + 1
  const [oldest] = known.queued

  let stored = 0
  let signedIn: boolean | undefined
  if (known.consent === 'granted') {
    try {
      const book = platform.getStorageSync(key) as { token?: unknown } | ''
      signedIn = book ? !!book.token : false
      for (const name of platform.getStorageInfoSync().keys) {
        if (name.indexOf(key) === 0) stored += JSON.stringify(platform.getStorageSync(name)).length
      }
    } catch {
      // A storage that cannot be read has been told by then, as storage_failed.
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
