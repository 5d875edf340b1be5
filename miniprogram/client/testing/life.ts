/** One life of the mini-program on a phone: what its user, the system and the network do to it. */
import type { PageLike, World } from '../world'
import type { EnterOptions, Platform } from '../platform'
import { createCard, inTime, tellOutcome } from './card'
import type { Card, CardContent, ShareOutcome } from './card'
import { createTimers } from './clock'
import type { Phone } from './phone'
import { createFakeWx } from './wx'
import type { FakeWx } from './wx'

type Options = Record<string, unknown>
export type FakePage = PageLike & Options

/** From the start of the mini-program's JavaScript to its kill. */
export interface Life {
  wx: FakeWx
  /** As `wx` of this life, without what the base library lacks. For `createReach({ platform })`. */
  platform: Platform
  /** Time, chance, the page stack and the console. For `createReach`'s second argument. */
  world: World
  /** What the developer's console shows. */
  warnings: string[]
  /** The page stack, the page on top last. */
  pages: FakePage[]
  /** Registers the app and starts it. */
  App(options: object): void
  /** Puts a page on top of the stack and shows it: `onLoad`, then `onShow`. */
  open(options: object, at?: { route?: string; options?: object }): FakePage
  /** The user comes back, the same way as at the launch unless told. */
  show(options?: EnterOptions): void
  hide(): void
  /**
   * The system ends the mini-program: nothing calls back any more, no timer runs, and what its code still does reaches neither
   * storage nor network. Storage stays, and other lives go on.
   */
  kill(): void
  /** Network comes or goes, and listeners hear of it. */
  setOnline(online: boolean): void
  /**
   * The user taps 转发. Nothing happens on a page without a handler. `event`: from the menu
   * unless told, `null` as base libraries before 1.2.4 have it. `outcome`: how it ended, for the page's callbacks;
   * left out as base libraries from 2.3.0 on leave it out. For a `promise` in the content it waits three seconds of the
   * phone's clock, then shows what came at once: move the clock before you await a card whose promise hangs.
   */
  tapShare(page: FakePage, event?: object | null, outcome?: ShareOutcome): Promise<Card | undefined>
}

export function startLife(
  phone: Phone,
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
    if (typeof handler === 'function' && !wx.dead) handler.call(app, options)
  }
  /** What the system tells of, while there is somebody to hear it. */
  const tell = <Event>(listeners: ((event: Event) => void)[], event: Event) => {
    if (!wx.dead) listeners.forEach((listener) => listener(event))
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
      warn: (message) => void (wx.dead || warnings.push(message)),
    },
    App(options) {
      // What was put on it before the app was registered stays.
      app = Object.assign(Object.create(options), app) as Options
      callApp('onLaunch', launch)
      life.show(launch)
    },
    open(options, { route = 'pages/home', options: query = {} } = {}) {
      const page = Object.assign(Object.create(options), { route, options: query }) as FakePage
      pages.push(page)
      for (const name of ['onLoad', 'onShow']) {
        const handler = page[name]
        if (typeof handler === 'function' && !wx.dead) handler.call(page, query)
      }
      return page
    },
    show(options = launch) {
      wx.entered = options
      tell(wx.shown, options)
      callApp('onShow', options)
    },
    hide() {
      tell(wx.hidden, undefined)
      callApp('onHide')
    },
    kill() {
      wx.die()
      timers.end()
    },
    setOnline(online) {
      network.online = online
      tell(wx.connected, { isConnected: online })
    },
    async tapShare(page, event = { from: 'menu', target: undefined }, outcome) {
      const handler = page.onShareAppMessage
      if (typeof handler !== 'function' || wx.dead) return undefined
      const returned: unknown = handler.call(page, event || undefined)
      const outer = await inTime<CardContent & { promise?: unknown }>(clock, returned, {})
      const inner = await inTime<CardContent>(clock, outer.promise, outer)
      if (wx.dead) return undefined
      if (outcome) tellOutcome(outer, outcome)
      return createCard(inner, page, appName)
    },
  }
  return life
}
