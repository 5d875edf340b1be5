/** One life of the mini-program on a phone, driven by the user, the system and the network. */
import type { World } from '../world'
import type { EnterOptions, Platform } from '../platform'
import { createCard, enterByCard, inTime, callShareCallbacks, splitPath } from './card'
import type { Card, CardContent, OpenedAt, ShareResult } from './card'
import { createTimers } from './clock'
import { createGlobals, replaceGlobals, type PhoneWx } from './globals'
import { createMenus } from './menus'
import { registeredOf, type FakePage } from './page-instance'
import { createRegistry } from './registry'
import { createStack } from './stack'
import { createFakeWx, type FakeWx, type WxDevice } from './wx'

type Options = Record<string, unknown>

/** What of a phone a life runs on. */
export interface Device extends WxDevice {
  /** Random numbers from here on; default: a fixed sequence, never the same twice. */
  random: () => number
}

/** From the start of the mini-program's JavaScript to its kill. */
export interface Life {
  wx: FakeWx
  /**
   * `wx` of this life, without what the base library lacks, and with what the test adds. For
   * `createReach({ platform })`.
   */
  platform: PhoneWx
  /** Time, chance, the page stack and the console: `createReach`'s second argument. */
  world: World
  /** Lines of the developer's console. */
  warnings: string[]
  /** The page stack, the page on top last. */
  pages: FakePage[]
  /**
   * Defines `wx`, `App`, `Page`, `Component`, `Behavior`, `getApp`, `getCurrentPages`, the timers,
   * `Date` and `console` as global names, so that the app's own files run unchanged. Time is the
   * phone's for the test's code, too: it moves only by `phone.clock`. Those of an earlier life are
   * replaced. Returns what restores the test runner's own.
   *
   * @param target - default: the global object
   * @example
   * const restore = life.defineGlobals()
   * require('../app')
   */
  defineGlobals(target?: object): () => void
  /**
   * Runs a page's module, which calls `Page` or `Component` for this route. A module runs once:
   * clear the test runner's module cache (`jest.resetModules()`) before each life.
   *
   * @example life.load('pages/index/index', () => require('../pages/index/index'))
   */
  load<Loaded>(route: string, run: () => Loaded): Loaded
  /** Registers the app and starts it. */
  App(options?: object): void
  /**
   * Puts a page on top of the stack and shows it: `onLoad`, `onShow`, `onReady`, with the lifetimes
   * of components and behaviors. Options with `methods` are those of a component.
   *
   * @param page - the path of a loaded page, as `card.path`, or the options of a page. Default: the
   * path by which the user has come in
   * @param at - where the page is given by its options. Default: `pages/home`, without a query
   * @example const page = life.open('/pages/index/index?id=7')
   */
  open(page?: string | object, at?: { route?: string; options?: object }): FakePage
  /**
   * The user goes back: the page on top ends, and the one below is shown. The first page ends, too.
   */
  back(): void
  /** The user comes back. Default: with the options of the launch. */
  show(options?: EnterOptions): void
  /** The user comes back by a card: as `phone.openCard`, in this life. */
  openCard(card: Card, at?: OpenedAt): void
  hide(): void
  /**
   * The system ends the mini-program: no callback is called any more, no timer runs, and what its
   * code still does reaches neither storage nor network. Storage stays, and other lives go on.
   */
  kill(): void
  /** The network comes or goes, and the listeners are called. */
  setOnline(online: boolean): void
  /**
   * The user taps 转发. Nothing happens on a page without a handler, and from a menu that is hidden.
   * For a `promise` in the content the phone waits three seconds of its clock, then shows the outer
   * content: advance the clock before you await a card whose promise hangs.
   *
   * @param page - default: the page on top
   * @param event - default: from the menu; `null` as in base libraries before 1.2.4
   * @param result - for the page's callbacks; base libraries from 2.3.0 on give none
   * @example await life.tapShare(page, { from: 'button', target: {} })
   */
  tapShare(page?: FakePage, event?: object | null, result?: ShareResult): Promise<Card | undefined>
  /**
   * What the page's menu shows: `shareAppMessage`, `shareTimeline`.
   *
   * @param page - default: the page on top
   */
  menuOf(page?: FakePage): string[]
  /**
   * A share ticket of this life, for `shareTickets` of a `ShareResult`. `getShareInfo` refuses all
   * others but those of cards that were opened in this life.
   *
   * @param group - the chat's name; the same name is the same group
   */
  createTicket(group?: string): string
}

export interface StartOptions {
  /** Functions that the base library of this phone lacks. */
  without: (keyof Platform)[]
  appName: string | undefined
  /** Functions that the test adds to `wx`. */
  more: object
  /** The chat of the card that was opened. */
  group: string | undefined
}

export function startLife(
  phone: Device,
  launch: EnterOptions,
  { without, appName, more, group }: StartOptions,
): Life {
  const { clock, network } = phone
  const timers = createTimers(clock)
  const registry = createRegistry()
  const stack = createStack(() => !wx.killed, registry.find)
  const { pages, top } = stack
  const menus = createMenus(top)
  const wx = createFakeWx(phone, launch, menus, stack.navigate, group)
  const platform: PhoneWx = { ...wx.platform, ...more }
  for (const name of without) delete platform[name]
  const warnings: string[] = []
  const warn = (message: string) => void (wx.killed || warnings.push(message))
  let app: Options = {}
  let hasApp = false
  const callApp = (name: string, options?: EnterOptions) => {
    const handler = app[name]
    if (typeof handler === 'function' && !wx.killed) handler.call(app, options)
  }
  /** Events of the system; none after the end of the life. */
  const notify = <Event>(listeners: ((event: Event) => void)[], event: Event) => {
    if (!wx.killed) listeners.forEach((listener) => listener(event))
  }

  function show(options: EnterOptions, chat = options === launch ? group : undefined): void {
    wx.enter(options, chat)
    notify(wx.shown, options)
    callApp('onShow', options)
    stack.call('show')
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
      warn,
    },
    defineGlobals(target = globalThis) {
      const given = {
        wx: platform,
        App: life.App,
        Page: registry.Page,
        Component: registry.Component,
        Behavior: <Given extends object>(options: Given) => options,
        getApp: ({ allowDefault = false } = {}) => (hasApp || allowDefault ? app : undefined),
        getCurrentPages: () => pages.slice(),
      }
      return replaceGlobals(() => createGlobals(given, timers, clock, warn, target), target)
    },
    load: registry.load,
    App(options = {}) {
      hasApp = true
      // Properties set before the app was registered stay.
      app = Object.assign(Object.create(options), app) as Options
      callApp('onLaunch', launch)
      show(launch)
    },
    open(given, { route = 'pages/home', options = {} } = {}) {
      const isPath = typeof given !== 'object'
      const at = isPath ? placeOf(given, wx.entered) : { path: route, query: options }
      return stack.open(isPath ? registry.pageAt(at.path) : registeredOf(given), at)
    },
    back: () => stack.back(1),
    show: (options = launch) => show(options),
    openCard: (card, at = {}) => show(enterByCard(card, at, phone.groups.createTicket), at.group),
    hide() {
      stack.call('hide')
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
    async tapShare(page = top(), event = { from: 'menu', target: undefined }, result) {
      const handler = page && page.onShareAppMessage
      if (!page || typeof handler !== 'function' || wx.killed) return undefined
      const byButton = event && 'from' in event && event.from === 'button'
      if (!byButton && !menus.shownOn(page).includes('shareAppMessage')) return undefined
      for (const ticket of (result && result.shareTickets) || []) wx.addTicket(undefined, ticket)
      const returned: unknown = handler.call(page, event || undefined)
      const outer = await inTime<CardContent & { promise?: unknown }>(clock, returned, {})
      const inner = await inTime<CardContent>(clock, outer.promise, outer)
      if (wx.killed) return undefined
      if (result) callShareCallbacks(outer, result)
      const card = createCard(inner, page, appName)
      return menus.withShareTicket(page) ? { ...card, withShareTicket: true } : card
    },
    menuOf: (page = top()) => (page ? menus.shownOn(page) : []),
    createTicket: (chat) => wx.addTicket(chat),
  }
  return life
}

/** A path with its query; default: how the user has come in. */
function placeOf(url: string | undefined, { path = '', query = {} }: EnterOptions) {
  return url === undefined ? { path, query: { ...query } } : splitPath(url)
}
