/**
 * What a base library has, from the first one to the newest. Sources: seeds/003 for everything of
 * shares up to 1.9.90, the platform's documentation of each function for what came later, and
 * beside a field what says so elsewhere.
 */
import type { Platform } from '../../../miniprogram/client/platform'

export interface BaseLibrary {
  version: string
  /** The functions that it has. */
  functions: (keyof Platform)[]
  /**
   * A page knows its `route` (1.2.0: the platform's page on `Page`, Page.prototype.route). Before
   * it `__route__` says the same, undocumented: Taro's runtime and other frameworks read both.
   */
  route: 'route' | '__route__'
  /**
   * A page knows its query as `options` (1.9: the platform's maintainer in
   * wechat-miniprogram/api-typings#101).
   */
  pageOptions: boolean
  /**
   * `request` returns a task that can be aborted (1.4.0: the platform's page on RequestTask.abort,
   * and its typings).
   */
  requestTask: boolean
  /**
   * A card shows the picture that the page names (1.5.0: seeds/003); before it the top of the page.
   */
  imageUrl: boolean
  /** `onShareAppMessage` gets `from` and `target` (1.2.4). */
  shareEvent: boolean
  /**
   * A page learns how its share ended, and gets `shareTickets` (1.1.0, no longer from 2.3.0 on).
   */
  shareCallbacks: boolean
  /** `promise` of a card's content counts (2.12.0). */
  sharePromise: boolean
  /** `getShareInfo` ends by itself after its `timeout` (1.9.90). */
  shareInfoTimeout: boolean
  /**
   * How an opener learns the group: not at all, by a ticket (1.1.0), by `getGroupEnterInfo` alone
   * (2.17.3).
   */
  group: 'none' | 'ticket' | 'entry'
}

const first: (keyof Platform)[] = [
  'request',
  'getStorageSync',
  'setStorageSync',
  'removeStorageSync',
  'getStorageInfoSync',
  'login',
  'getSystemInfoSync',
]

/** Functions by the base library that brought them. */
const later: [version: string, functions: (keyof Platform)[]][] = [
  ['1.1.0', ['showShareMenu', 'hideShareMenu', 'getShareInfo', 'onNetworkStatusChange']],
  ['1.2.0', ['updateShareMenu']],
  ['2.1.2', ['getLaunchOptionsSync', 'onAppShow', 'onAppHide']],
  ['2.2.2', ['getAccountInfoSync']],
  ['2.4.4', ['requestSubscribeMessage']],
  ['2.9.4', ['getEnterOptionsSync']],
  ['2.10.4', ['getGroupEnterInfo']],
  ['2.20.1', ['getAppBaseInfo']],
]

/** By number, not by text: 1.10 is younger than 1.9.90. */
const sinceOf = (version: string) => (since: string) => {
  const [ours, theirs] = [version, since].map((text) => text.split('.').map(Number))
  for (const [at, number] of theirs!.entries()) {
    if (ours![at] !== number) return ours![at]! > number
  }
  return true
}

function baseLibrary(version: string): BaseLibrary {
  const since = sinceOf(version)
  return {
    version,
    functions: first.concat(...later.filter(([at]) => since(at)).map(([, added]) => added)),
    route: since('1.2.0') ? 'route' : '__route__',
    pageOptions: since('1.9.0'),
    requestTask: since('1.4.0'),
    imageUrl: since('1.5.0'),
    shareEvent: since('1.2.4'),
    shareCallbacks: since('1.1.0') && !since('2.3.0'),
    sharePromise: since('2.12.0'),
    shareInfoTimeout: since('1.9.90'),
    group: since('2.17.3') ? 'entry' : since('1.1.0') ? 'ticket' : 'none',
  }
}

export const baseLibraries: BaseLibrary[] = [
  '1.0.0',
  '1.1.0',
  '1.2.0',
  '1.2.4',
  '1.5.0',
  '1.9.90',
  '2.0.8',
  '2.3.0',
  '2.10.4',
  '2.17.3',
  '3.17.0',
].map(baseLibrary)
