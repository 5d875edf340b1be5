/** A phone with WeChat and one mini-program: what lasts (storage, network, time), and one life after another. */
import { createFakeClock } from './clock'
import type { FakeClock } from './clock'
import { createCard } from './card'
import type { Card, CardContent } from './card'
import { createFakeNetwork } from './network'
import type { FakeNetwork } from './network'
import { createFakeReachServer } from './reach-server'
import type { FakeReachServer } from './reach-server'
import { createFakeStorage } from './storage'
import type { FakeStorage } from './storage'
import { createFakeWx } from './wx'
import type { FakeWx } from './wx'
import type { EnterOptions, Platform } from '../../../miniprogram/client/platform'
import type { PageLike, World } from '../../../miniprogram/client/world'

type Options = Record<string, unknown>
export type FakePage = PageLike & Options

export interface Life {
  wx: FakeWx
  /** As `wx` of this life, without what the base library lacks. */
  platform: Platform
  world: World
  /** What the developer's console shows. */
  warnings: string[]
  pages: FakePage[]
  /** Registers the app and starts it. */
  App(options: object): void
  /** Puts a page on top of the stack and shows it. */
  open(options: object, at?: { route?: string; options?: object }): FakePage
  show(options?: EnterOptions): void
  hide(): void
  kill(): void
  setOnline(online: boolean): void
  /** The user taps 转发. Nothing happens on a page without a handler. */
  tapShare(page: FakePage, event?: object): Promise<Card | undefined>
}

export interface Phone {
  clock: FakeClock
  storage: FakeStorage
  network: FakeNetwork
  server: FakeReachServer
  /** Random numbers from here on; default: a fixed sequence, never the same twice. */
  random: () => number
  /** Starts the mini-program's JavaScript; `App` goes on from there. */
  start(launch?: EnterOptions, without?: (keyof Platform)[]): Life
}

const noSpecialLaunch: EnterOptions = { path: 'pages/home', query: {}, scene: 1001 }

/** A small linear congruence: repeatable, and good enough to tell ids apart. */
function createRandom(): () => number {
  let state = 1
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

export function createPhone(): Phone {
  const clock = createFakeClock()
  const server = createFakeReachServer()
  const phone: Phone = {
    clock,
    server,
    storage: createFakeStorage(),
    network: createFakeNetwork((request) => server.answer(request)),
    random: createRandom(),
    start: (launch = noSpecialLaunch, without = []) => startLife(phone, launch, without),
  }
  return phone
}

function startLife(phone: Phone, launch: EnterOptions, without: (keyof Platform)[]): Life {
  const { clock, storage, network } = phone
  const wx = createFakeWx(clock, storage, network, launch)
  const platform: Platform = { ...wx.platform }
  for (const name of without) delete platform[name]
  const warnings: string[] = []
  const pages: FakePage[] = []
  let app: Options = {}
  const callApp = (name: string, options?: EnterOptions) => {
    const handler = app[name]
    if (typeof handler === 'function') handler.call(app, options)
  }

  const life: Life = {
    wx,
    platform,
    warnings,
    pages,
    world: {
      now: clock.now,
      after: clock.after,
      random: () => phone.random(),
      pages: () => pages,
      warn: (message) => void warnings.push(message),
    },
    App(options) {
      app = options as Options
      callApp('onLaunch', launch)
      life.show(launch)
    },
    open(options, { route = 'pages/home', options: query = {} } = {}) {
      const page = Object.assign(Object.create(options), { route, options: query }) as FakePage
      pages.push(page)
      for (const name of ['onLoad', 'onShow']) {
        const handler = page[name]
        if (typeof handler === 'function') handler.call(page, query)
      }
      return page
    },
    show(options = launch) {
      wx.shown.forEach((listener) => listener(options))
      callApp('onShow', options)
    },
    hide() {
      wx.hidden.forEach((listener) => listener())
      callApp('onHide')
    },
    kill() {
      wx.dead = true
      clock.clear()
    },
    setOnline(online) {
      network.online = online
      wx.connected.forEach((listener) => listener({ isConnected: online }))
    },
    async tapShare(page, event = { from: 'menu', target: undefined }) {
      const handler = page.onShareAppMessage
      if (typeof handler !== 'function') return undefined
      const outer = await (handler.call(page, event) as CardContent & { promise?: Promise<object> })
      const inner = outer && outer.promise ? await outer.promise : outer
      return createCard(inner, page)
    },
  }
  return life
}
