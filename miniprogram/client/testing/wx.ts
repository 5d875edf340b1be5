/** `wx` of one life of the mini-program. */
import type { Callbacks, EnterOptions, Platform, RequestOptions } from '../platform'
import type { FakeClock } from './clock'
import type { FakeNetwork } from './network'
import type { FakeStorage } from './storage'

export type PlatformCall = { name: keyof Platform; options: unknown }

export interface FakeWx {
  platform: Required<Omit<Platform, 'exchangeFormId'>>
  calls: PlatformCall[]
  /** The mini-program is gone: nothing calls back any more, and what its code still asks for does not happen. */
  readonly dead: boolean
  die(): void
  /** How the user has come in. */
  entered: EnterOptions
  /** Listeners of onAppShow, onAppHide and onNetworkStatusChange. */
  shown: ((options: EnterOptions) => void)[]
  hidden: (() => void)[]
  connected: ((state: { isConnected: boolean }) => void)[]
  /** What a function answers: a result, or an error object with `errMsg` that contains `:fail`; `hang`: nothing. */
  answers: Partial<Record<keyof Platform, (options: never) => object | 'hang'>>
}

export function createFakeWx(
  clock: FakeClock,
  storage: FakeStorage,
  network: FakeNetwork,
  launch: EnterOptions,
): FakeWx {
  let codes = 0
  let dead = false
  /** Of requests that nobody has answered yet. */
  const ends: (() => void)[] = []

  /** One callback function of the platform: noted, then answered in a later turn. */
  function callback(name: keyof Platform, otherwise: () => object = () => ({})) {
    return (options?: Callbacks<never>) => {
      if (dead) return
      wx.calls.push({ name, options })
      const given = wx.answers[name]
      const result = given ? given(options as never) : otherwise()
      if (result === 'hang') return
      void Promise.resolve().then(() => {
        if (dead || !options) return
        const failed = /:fail/.test((result as { errMsg?: string }).errMsg || '')
        const full = { errMsg: `${name}:ok`, ...result }
        if (failed && options.fail) options.fail(full as never)
        if (!failed && options.success) options.success(full as never)
        if (options.complete) options.complete(full)
      })
    }
  }

  function request(options: RequestOptions) {
    if (dead) return { abort() {} }
    const path = options.url.replace(/^https?:\/\/[^/]+/, '')
    const token = (options.header.authorization || '').replace('Bearer ', '')
    let over = false
    const end = (how: () => void) => {
      if (over) return
      over = true
      network.inFlight--
      if (!dead) how()
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
    void Promise.resolve(network.online ? network.answer(sent) : 'fail').then((answer) => {
      if (answer === 'hang') return
      if (answer === 'fail') return fail()
      const { status, body: data, header = {} } = answer
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
    get dead() {
      return dead
    },
    die() {
      dead = true
      for (const end of ends.splice(0)) end()
    },
    entered: launch,
    shown: [],
    hidden: [],
    connected: [],
    answers: {},
    platform: {
      request,
      getStorageSync: (key) => (dead ? '' : storage.get(key)),
      setStorageSync: (key, value) => void (dead || storage.set(key, value)),
      removeStorageSync: (key) => void (dead || storage.remove(key)),
      getStorageInfoSync() {
        if (storage.broken) throw new Error('getStorageInfoSync:fail')
        return { keys: dead ? [] : storage.keys() }
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
