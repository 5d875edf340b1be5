/** A phone with WeChat and one mini-program: what lasts (storage, network, time), and one life after another. */
import { createFakeClock } from './clock'
import type { FakeClock } from './clock'
import { createCard, optionsOf, tellOutcome } from './card'
import type { Card, CardContent, ShareOutcome } from './card'
import { createFakeNetwork } from './network'
import type { FakeNetwork, NetworkAnswer, PhoneRequest } from './network'
import { createFakeReachServer } from './reach-server'
import type { FakeReachServer } from './reach-server'
import { createFakeStorage } from './storage'
import type { FakeStorage } from './storage'
import { createFakeWx } from './wx'
import type { FakeWx } from './wx'
import type { EnterOptions, Platform } from '../platform'
import type { PageLike, World } from '../world'

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
  /** The system ends the mini-program: nothing calls back any more. Storage stays. */
  kill(): void
  /** Network comes or goes, and listeners hear of it. */
  setOnline(online: boolean): void
  /**
   * The user taps 转发. Nothing happens on a page without a handler. `event`: from the menu
   * unless told, `null` as base libraries before 1.2.4 have it. `outcome`: how it ended, for the page's callbacks;
   * left out as base libraries from 2.3.0 on leave it out.
   */
  tapShare(page: FakePage, event?: object | null, outcome?: ShareOutcome): Promise<Card | undefined>
}

/** What lasts over the lives of the mini-program. */
export interface Phone {
  clock: FakeClock
  storage: FakeStorage
  network: FakeNetwork
  server: FakeReachServer
  /** Random numbers from here on; default: a fixed sequence, never the same twice. */
  random: () => number
  /**
   * Starts the mini-program's JavaScript; `App` goes on from there.
   *
   * @param without - functions that the base library of this phone lacks
   */
  start(launch?: EnterOptions, without?: (keyof Platform)[]): Life
  /** The user taps a card, and the mini-program starts: `optionsOf` for where it leads. */
  openCard(card: Card, more?: Partial<EnterOptions>): Life
}

export interface PhoneOptions {
  /** What a card shows that has no title. Default: `the app`. */
  appName?: string
  /** Who answers requests. Default: a wx-reach server that takes every event. */
  answer?: (request: PhoneRequest) => NetworkAnswer | Promise<NetworkAnswer>
  /** Milliseconds since the epoch. Default: 2023-11-14. */
  startMs?: number
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

/**
 * A phone with an empty storage, online, whose time stands still until `clock.advance`.
 *
 * @example
 * const phone = createPhone()
 * const life = phone.start()
 * const reach = createReach({ ...options, platform: life.platform }, life.world)
 * life.App(reach.app({}))
 */
export function createPhone({ appName, answer, startMs }: PhoneOptions = {}): Phone {
  const clock = createFakeClock(startMs)
  const server = createFakeReachServer()
  const phone: Phone = {
    clock,
    server,
    storage: createFakeStorage(),
    network: createFakeNetwork(answer || ((request) => server.answer(request))),
    random: createRandom(),
    start: (launch = noSpecialLaunch, without = []) => startLife(phone, launch, without, appName),
    openCard: (card, more) => phone.start(optionsOf(card, more)),
  }
  return phone
}

function startLife(
  phone: Phone,
  launch: EnterOptions,
  without: (keyof Platform)[],
  appName: string | undefined,
): Life {
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
    async tapShare(page, event = { from: 'menu', target: undefined }, outcome) {
      const handler = page.onShareAppMessage
      if (typeof handler !== 'function') return undefined
      const outer = await (handler.call(page, event || undefined) as CardContent & {
        promise?: Promise<object>
      })
      const inner = outer && outer.promise ? await outer.promise : outer
      if (outcome) tellOutcome(outer, outcome)
      return createCard(inner, page, appName)
    },
  }
  return life
}
