/** `wx` of one life of the mini-program. */
import type { Callbacks, EnterOptions, Platform, RequestOptions } from '../platform'
import type { FakeClock } from './clock'
import type { PhoneWx } from './globals'
import { isGroupScene, unnamedGroup, type Groups } from './groups'
import type { Menus } from './menus'
import { copyOf, replyOf, requestOf, type FakeNetwork, type NetworkReply } from './network'
import type { Stack } from './stack'
import type { FakeStorage } from './storage'
import { storageFunctions } from './storage-functions'

export type PlatformCall = { name: string; options: unknown }

export interface FakeWx {
  platform: Required<Omit<Platform, 'exchangeFormId'>> & PhoneWx
  calls: PlatformCall[]
  /** The mini-program has ended: no callback is called any more, and calls have no effect. */
  readonly killed: boolean
  kill(): void
  /** How the user has come in. */
  readonly entered: EnterOptions
  /**
   * The user comes in.
   *
   * @param group - where a card was opened
   */
  enter(options: EnterOptions, group?: string): void
  /**
   * A ticket of this life; one that is known stays as it is.
   *
   * @param ticket - default: a new one
   */
  addTicket(group?: string, ticket?: string): string
  /** Listeners of onAppShow, onAppHide and onNetworkStatusChange. */
  shown: ((options: EnterOptions) => void)[]
  hidden: (() => void)[]
  connected: ((state: { isConnected: boolean }) => void)[]
  /**
   * The result of a function in place of the phone's own, or an error object with `:fail` in its
   * `errMsg`; `hang`: none.
   */
  results: Record<string, ((options: never) => object | 'hang') | undefined>
}

/** What of a phone `wx` works on. */
export interface WxDevice {
  clock: FakeClock
  storage: FakeStorage
  network: FakeNetwork
  groups: Groups
}

/** @param launchedIn - the group in which the card of the launch was opened */
export function createFakeWx(
  device: WxDevice,
  launch: EnterOptions,
  menus: Menus,
  navigate: Stack['navigate'],
  launchedIn?: string,
): FakeWx {
  const { clock, storage, network, groups } = device
  let codes = 0
  let killed = false
  let entered = launch
  let enteredGroup: string
  const groupsByTicket = new Map<string, string>()
  /** End requests without a reply. */
  const ends: (() => void)[] = []

  /**
   * A callback function of the platform: recorded, with its result in a later microtask. Without
   * callbacks it returns a promise.
   *
   * @param act - what a call does that has not failed
   */
  function callback<Options extends object>(
    name: string,
    otherwise: (options: Options) => object = () => ({}),
    act: (options: Options) => void = () => {},
  ) {
    return (options?: Options) => {
      const { success, fail, complete } = (options || {}) as Callbacks<object>
      const given = options || ({} as Options)
      if (!success && !fail && !complete) {
        return new Promise<object>((resolve, reject) => run(given, resolve, reject))
      }
      return void run(given, success, fail, complete)
    }

    function run(
      options: Options,
      success?: (result: never) => void,
      fail?: (error: never) => void,
      complete?: (result: never) => void,
    ) {
      if (killed) return
      wx.calls.push({ name, options })
      const given = wx.results[name]
      const result = given ? given(options as never) : otherwise(options)
      if (result === 'hang') return
      const failed = /:fail/.test((result as { errMsg?: string }).errMsg || '')
      if (!failed) act(options)
      void Promise.resolve().then(() => {
        if (killed) return
        const full = { errMsg: `${name}:ok`, ...result } as never
        if (failed && fail) fail.call(options, full)
        if (!failed && success) success.call(options, full)
        if (complete) complete.call(options, full)
      })
    }
  }

  function request(options: RequestOptions) {
    if (killed) return { abort() {} }
    let over = false
    const end = (how: () => void) => {
      if (over) return
      over = true
      network.inFlight--
      if (!killed) how()
    }
    ends.push(() => end(() => {}))
    const fail = (why: string) =>
      end(() => {
        const error = { errMsg: `request:fail ${why}` }
        options.fail?.(error)
        options.complete?.(error)
      })
    network.inFlight++
    network.mostInFlight = Math.max(network.mostInFlight, network.inFlight)
    const sent = requestOf(options)
    if (!sent.host) {
      void Promise.resolve().then(() => fail(`invalid url "${options.url}"`))
      return { abort() {} }
    }
    if (network.online) network.requests.push(sent)
    const replied = new Promise<NetworkReply>((resolve) =>
      resolve(network.online ? replyOf(network, sent) : 'fail'),
    )
    void replied.then(
      (reply) => {
        if (reply === 'hang') return
        if (reply === 'fail') return fail('')
        const { status: statusCode, body = '', header = {} } = reply
        const result = { errMsg: 'request:ok', statusCode, data: copyOf(body), header }
        end(() => {
          options.success?.(result)
          options.complete?.(result)
        })
      },
      (error) => fail(`the test's reply to ${sent.path} threw ${error}`),
    )
    return {
      abort() {
        if (over) return
        network.aborted++
        fail('abort')
      },
    }
  }

  /** A ticket is good in the life that it was given to, and in no other. */
  function shareInfoOf({ shareTicket }: { shareTicket?: unknown }): object {
    if (typeof shareTicket !== 'string' || !shareTicket) {
      return { errMsg: 'getShareInfo:fail parameter error: shareTicket should be a String' }
    }
    const group = groupsByTicket.get(shareTicket)
    return group ? groups.encrypt(group) : { errMsg: 'getShareInfo:fail invalid shareTicket' }
  }

  const groupEntered = () =>
    isGroupScene(entered)
      ? groups.encrypt(enteredGroup)
      : { errMsg: 'getGroupEnterInfo:fail invalid scene', errCode: 40097 }

  const acceptAll = ({ tmplIds = [] }: { tmplIds?: string[] }): object =>
    Object.assign({}, ...tmplIds.map((templateId) => ({ [templateId]: 'accept' })))

  const menuFunction = (name: 'showShareMenu' | 'hideShareMenu' | 'updateShareMenu') =>
    callback(name, undefined, (options: object) => menus.apply(name, options))

  const functions: Record<string, unknown> = {
    clearStorageSync: () => void (killed || storage.keys().forEach(storage.remove)),
  }
  for (const [name, act] of Object.entries(navigate)) {
    functions[name] = callback(name, undefined, act)
  }
  for (const [name, act] of Object.entries(storageFunctions)) {
    functions[name] = callback(name, (options) => act(storage, options))
  }

  const wx: FakeWx = {
    calls: [],
    get killed() {
      return killed
    },
    kill() {
      killed = true
      for (const end of ends.splice(0)) end()
    },
    get entered() {
      return entered
    },
    enter(options, group = unnamedGroup) {
      entered = options
      enteredGroup = group
      if (options.shareTicket) wx.addTicket(group, options.shareTicket)
    },
    addTicket(group = unnamedGroup, ticket = groups.createTicket()) {
      if (!groupsByTicket.has(ticket)) groupsByTicket.set(ticket, group)
      return ticket
    },
    shown: [],
    hidden: [],
    connected: [],
    results: {},
    platform: {
      ...functions,
      request,
      getStorageSync: (key) => (killed ? '' : storage.get(key)),
      setStorageSync: (key, value) => void (killed || storage.set(key, value)),
      removeStorageSync: (key) => void (killed || storage.remove(key)),
      getStorageInfoSync() {
        if (storage.broken) throw new Error('getStorageInfoSync:fail')
        return { keys: killed ? [] : storage.keys() }
      },
      login: callback('login', () => ({ code: `code-${clock.now()}-${++codes}` })),
      getShareInfo: callback('getShareInfo', shareInfoOf),
      getGroupEnterInfo: callback('getGroupEnterInfo', groupEntered),
      showShareMenu: menuFunction('showShareMenu'),
      hideShareMenu: menuFunction('hideShareMenu'),
      updateShareMenu: menuFunction('updateShareMenu'),
      requestSubscribeMessage: callback('requestSubscribeMessage', acceptAll),
      onAppShow: (listener) => void wx.shown.push(listener),
      onAppHide: (listener) => void wx.hidden.push(listener),
      onNetworkStatusChange: (listener) => void wx.connected.push(listener),
      getLaunchOptionsSync: () => launch,
      getEnterOptionsSync: () => entered,
      getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0123456789abcdef' } }),
      getAppBaseInfo: () => ({ SDKVersion: '3.5.0', version: '8.0.50' }),
      getSystemInfoSync: () => ({ SDKVersion: '3.5.0', version: '8.0.50' }),
    },
  }
  wx.enter(launch, launchedIn)
  return wx
}
