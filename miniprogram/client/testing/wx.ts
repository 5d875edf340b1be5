/** `wx` of one life of the mini-program. */
import type { Callbacks, EnterOptions, Platform, RequestOptions } from '../platform'
import type { FakeClock } from './clock'
import type { FakeNetwork } from './network'
import type { FakeStorage } from './storage'

export type PlatformCall = { name: keyof Platform; options: unknown }

export interface FakeWx {
  platform: Required<Omit<Platform, 'exchangeFormId'>>
  calls: PlatformCall[]
  /** The mini-program has ended: no callback is called any more, and calls have no effect. */
  readonly killed: boolean
  kill(): void
  /** How the user has come in. */
  entered: EnterOptions
  /** Listeners of onAppShow, onAppHide and onNetworkStatusChange. */
  shown: ((options: EnterOptions) => void)[]
  hidden: (() => void)[]
  connected: ((state: { isConnected: boolean }) => void)[]
  /** The result of a function, or an error object with `:fail` in its `errMsg`; `hang`: none. */
  results: Partial<Record<keyof Platform, (options: never) => object | 'hang'>>
}

export function createFakeWx(
  clock: FakeClock,
  storage: FakeStorage,
  network: FakeNetwork,
  launch: EnterOptions,
): FakeWx {
  let codes = 0
  let killed = false
  /** End requests without a reply. */
  const ends: (() => void)[] = []

  /** A callback function of the platform: recorded, with its result in a later microtask. */
  function callback(name: keyof Platform, otherwise: () => object = () => ({})) {
    return (options?: Callbacks<object>) => {
      if (killed) return
      wx.calls.push({ name, options })
      const given = wx.results[name]
      const result = given ? given(options as never) : otherwise()
      if (result === 'hang') return
      void Promise.resolve().then(() => {
        if (killed || !options) return
        const failed = /:fail/.test((result as { errMsg?: string }).errMsg || '')
        const full = { errMsg: `${name}:ok`, ...result }
        if (failed && options.fail) options.fail(full)
        if (!failed && options.success) options.success(full)
        if (options.complete) options.complete(full)
      })
    }
  }

  function request(options: RequestOptions) {
    if (killed) return { abort() {} }
    const path = options.url.replace(/^https?:\/\/[^/]+/, '')
    const token = (options.header.authorization || '').replace('Bearer ', '')
    let over = false
    const end = (how: () => void) => {
      if (over) return
      over = true
      network.inFlight--
      if (!killed) how()
    }
    ends.push(() => end(() => {}))
    const fail = () => end(() => options.fail?.({ errMsg: 'request:fail ' }))
    network.inFlight++
    network.mostInFlight = Math.max(network.mostInFlight, network.inFlight)
    // A copy, as on the wire; a GET has none.
    const body = options.data && JSON.parse(JSON.stringify(options.data))
    const { method } = options
    const sent = token ? { method, path, token, body } : { method, path, body }
    if (network.online) network.requests.push(sent)
    void Promise.resolve(network.online ? network.reply(sent) : 'fail').then((reply) => {
      if (reply === 'hang') return
      if (reply === 'fail') return fail()
      const { status, body: data, header = {} } = reply
      end(() => options.success?.({ statusCode: status, data, header }))
    }, fail)
    return {
      abort() {
        if (over) return
        network.aborted++
        fail()
      },
    }
  }

  const encrypted = (name: string) => () => ({ encryptedData: name, iv: 'iv' })
  const wx: FakeWx = {
    calls: [],
    get killed() {
      return killed
    },
    kill() {
      killed = true
      for (const end of ends.splice(0)) end()
    },
    entered: launch,
    shown: [],
    hidden: [],
    connected: [],
    results: {},
    platform: {
      request,
      getStorageSync: (key) => (killed ? '' : storage.get(key)),
      setStorageSync: (key, value) => void (killed || storage.set(key, value)),
      removeStorageSync: (key) => void (killed || storage.remove(key)),
      getStorageInfoSync() {
        if (storage.broken) throw new Error('getStorageInfoSync:fail')
        return { keys: killed ? [] : storage.keys() }
      },
      login: callback('login', () => ({ code: `code-${clock.now()}-${++codes}` })),
      getShareInfo: callback('getShareInfo', encrypted('info')),
      getGroupEnterInfo: callback('getGroupEnterInfo', encrypted('enter')),
      showShareMenu: callback('showShareMenu'),
      hideShareMenu: callback('hideShareMenu'),
      updateShareMenu: callback('updateShareMenu'),
      requestSubscribeMessage: callback('requestSubscribeMessage'),
      onAppShow: (listener) => void wx.shown.push(listener),
      onAppHide: (listener) => void wx.hidden.push(listener),
      onNetworkStatusChange: (listener) => void wx.connected.push(listener),
      getLaunchOptionsSync: () => launch,
      getEnterOptionsSync: () => wx.entered,
      getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0123456789abcdef' } }),
      getAppBaseInfo: () => ({ SDKVersion: '3.5.0', version: '8.0.50' }),
      getSystemInfoSync: () => ({ SDKVersion: '3.5.0', version: '8.0.50' }),
    },
  }
  return wx
}
