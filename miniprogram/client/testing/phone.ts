/** A phone with one mini-program: what lasts (storage, network, time), and its lives. */
import type { EnterOptions, Platform } from '../platform'
import { enterByCard, splitPath, type Card, type OpenedAt } from './card'
import { createFakeClock } from './clock'
import { createGroups } from './groups'
import { startLife, type Device, type Life } from './life'
import { createFakeNetwork, type ReplyTo } from './network'
import { createFakeReachServer, type FakeReachServer } from './reach-server'
import { createFakeStorage } from './storage'

/** What lasts over the lives of the mini-program. */
export interface Phone extends Device {
  server: FakeReachServer
  /**
   * Starts the mini-program's JavaScript; `App` goes on from there.
   *
   * @param without - functions that the base library of this phone lacks
   */
  start(launch?: EnterOptions, without?: (keyof Platform)[]): Life
  /**
   * The user taps a card in a group, and the mini-program starts. A card that was sent with a
   * ticket gives the opener another one; without a group there is none.
   *
   * @param at - the group's name; `scene: 1007` for a single chat
   * @example
   * const friend = phone.openCard(card, { group: '家人群' })
   */
  openCard(card: Card, at?: OpenedAt, without?: (keyof Platform)[]): Life
  /**
   * The user scans a code, and the mini-program starts on its page. What stands behind a scene is
   * in `phone.server.scenes`.
   *
   * @param path - the code's page; codes without a scene may have a query in it
   * @param scene - the code's scene, as it was given when the code was made
   * @example
   * phone.server.scenes.ab12 = { payload: { table: 7 } }
   * const life = phone.scanCode('pages/item/item', 'ab12')
   */
  scanCode(path: string, scene?: string, without?: (keyof Platform)[]): Life
}

export interface PhoneOptions {
  /** The title of a card without one. Default: `the app`. */
  appName?: string
  /** Replies to requests. Default: a wx-reach server that accepts every event. */
  reply?: ReplyTo
  /**
   * Replies of other hosts, such as your own backend. All hosts that are not named here are the
   * wx-reach server. Change them later by `phone.network.hosts`.
   *
   * @example
   * createPhone({ hosts: { 'app.example.com': () => ({ status: 200, body: { name: '小明' } }) } })
   */
  hosts?: Record<string, ReplyTo>
  /**
   * Functions of `wx` that your own code calls, beside those that the phone has: in every life,
   * also in place of the phone's.
   *
   * @example createPhone({ wx: { showToast: ({ title }) => toasts.push(title) } })
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any function of the platform
  wx?: Record<string, (options: any) => unknown>
  /** Milliseconds since the epoch. Default: 2023-11-14. */
  startMs?: number
  /**
   * Tokens that the server accepts beside its own: those of your app's `session` in this test.
   * Change them later by `phone.server.ownTokens`. Default: none.
   *
   * @example createPhone({ ownTokens: ['my-token'] })
   */
  ownTokens?: string[]
}

const noSpecialLaunch: EnterOptions = { path: 'pages/home', query: {}, scene: 1001 }

/** A linear congruential generator: repeatable, and good enough for distinct ids. */
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
export function createPhone(options: PhoneOptions = {}): Phone {
  const { appName, reply, hosts, startMs, ownTokens, wx: more = {} } = options
  const clock = createFakeClock(startMs)
  const groups = createGroups()
  const server = createFakeReachServer(ownTokens, groups.decrypt)
  let lives = 0
  function start(launch: EnterOptions, without: (keyof Platform)[] = [], group?: string): Life {
    // On a real phone a life never begins in the millisecond in which another has ended.
    if (lives++) clock.jump(1)
    return startLife(phone, launch, { without, appName, more, group })
  }
  const phone: Phone = {
    clock,
    groups,
    server,
    storage: createFakeStorage(),
    network: createFakeNetwork(reply || ((request) => server.reply(request)), hosts),
    random: createRandom(),
    start: (launch = noSpecialLaunch, without) => start(launch, without),
    openCard: (card, at = {}, without) =>
      start(enterByCard(card, at, groups.createTicket), without, at.group),
    scanCode(path, scene, without) {
      const entered = { ...splitPath(path), scene: 1047 }
      // As the platform hands it over: encoded once more.
      if (scene !== undefined) entered.query.scene = encodeURIComponent(scene)
      return start(entered, without)
    },
  }
  return phone
}
