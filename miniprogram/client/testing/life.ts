/** One life of the mini-program on a phone, driven by the user, the system and the network. */
import type { PageLike, World } from '../world'
import type { EnterOptions, Platform } from '../platform'
import { createCard, inTime, callShareCallbacks } from './card'
import type { Card, CardContent, ShareResult } from './card'
import { createTimers, type FakeClock } from './clock'
import type { FakeNetwork } from './network'
import type { FakeStorage } from './storage'
import { createFakeWx, type FakeWx } from './wx'

type Options = Record<string, unknown>
export type FakePage = PageLike & Options

/** What of a phone a life runs on. */
export interface Device {
  clock: FakeClock
  storage: FakeStorage
  network: FakeNetwork
  /** Random numbers from here on; default: a fixed sequence, never the same twice. */
  random: () => number
}

/** From the start of the mini-program's JavaScript to its kill. */
export interface Life {
  wx: FakeWx
  /** As `wx` of this life, without what the base library lacks. For `createReach({ platform })`. */
  platform: Platform
  /** Time, chance, the page stack and the console: `createReach`'s second argument. */
  world: World
  /** Lines of the developer's console. */
  warnings: string[]
  /** The page stack, the page on top last. */
  pages: FakePage[]
  /** Registers the app and starts it. */
  App(options: object): void
  /** Puts a page on top of the stack and shows it: `onLoad`, then `onShow`. */
  open(options: object, at?: { route?: string; options?: object }): FakePage
  /** The user comes back. Default: with the options of the launch. */
  show(options?: EnterOptions): void
  hide(): void
  /**
   * The system ends the mini-program: no callback is called any more, no timer runs, and what its
   * code still does reaches neither storage nor network. Storage stays, and other lives go on.
   */
  kill(): void
  /** The network comes or goes, and the listeners are called. */
  setOnline(online: boolean): void
  /**
   * The user taps 转发. Nothing happens on a page without a handler. For a `promise` in the content
   * the phone waits three seconds of its clock, then shows the outer content: advance the clock
   * before you await a card whose promise hangs.
   *
   * @param event - default: from the menu; `null` as in base libraries before 1.2.4
   * @param result - for the page's callbacks; base libraries from 2.3.0 on give none
   */
  tapShare(page: FakePage, event?: object | null, result?: ShareResult): Promise<Card | undefined>
}

export function startLife(
  phone: Device,
  launch: EnterOptions,
  without: (keyof Platform)[],
  appName: string | undefined,
): Life {
  const { clock, storage, network } = phone
  const timers = createTimers(clock)
  const wx = createFakeWx(clock, storage, network, launch)
  const platform: Platform = { ...wx.platform }
  for (const name of without) delete platform[name]
  const warnings: string[] = []
  const pages: FakePage[] = []
  let app: Options = {}
  const callApp = (name: string, options?: EnterOptions) => {
    const handler = app[name]
    if (typeof handler === 'function' && !wx.killed) handler.call(app, options)
  }
  /** Events of the system; none after the end of the life. */
  const notify = <Event>(listeners: ((event: Event) => void)[], event: Event) => {
    if (!wx.killed) listeners.forEach((listener) => listener(event))
  }

  const life: Life = {
    wx,
    platform,
    warnings,
    pages,
    world: {
      now: clock.now,
      after: timers.after,
      random: () => phone.random(),
      pages: () => pages,
      app: () => app,
      warn: (message) => void (wx.killed || warnings.push(message)),
    },
    App(options) {
      // Properties set before the app was registered stay.
      app = Object.assign(Object.create(options), app) as Options
      callApp('onLaunch', launch)
      life.show(launch)
    },
    open(options, { route = 'pages/home', options: query = {} } = {}) {
      const page = Object.assign(Object.create(options), { route, options: query }) as FakePage
      pages.push(page)
      for (const name of ['onLoad', 'onShow']) {
        const handler = page[name]
        if (typeof handler === 'function' && !wx.killed) handler.call(page, query)
      }
      return page
    },
    show(options = launch) {
      wx.entered = options
      notify(wx.shown, options)
      callApp('onShow', options)
    },
    hide() {
      notify(wx.hidden, undefined)
      callApp('onHide')
    },
    kill() {
      wx.kill()
      timers.end()
    },
    setOnline(online) {
      network.online = online
      notify(wx.connected, { isConnected: online })
    },
    async tapShare(page, event = { from: 'menu', target: undefined }, result) {
      const handler = page.onShareAppMessage
      if (typeof handler !== 'function' || wx.killed) return undefined
      const returned: unknown = handler.call(page, event || undefined)
      const outer = await inTime<CardContent & { promise?: unknown }>(clock, returned, {})
      const inner = await inTime<CardContent>(clock, outer.promise, outer)
      if (wx.killed) return undefined
      if (result) callShareCallbacks(outer, result)
      return createCard(inner, page, appName)
    },
  }
  return life
}
