/** A phone with one mini-program: what lasts (storage, network, time), and its lives. */
import type { EnterOptions, Platform } from '../platform'
import { optionsOf, type Card } from './card'
import { createFakeClock } from './clock'
import { startLife, type Device, type Life } from './life'
import { createFakeNetwork, type NetworkReply, type PhoneRequest } from './network'
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
  /** The user taps a card, and the mini-program starts: `optionsOf` for where it leads. */
  openCard(card: Card, more?: Partial<EnterOptions>): Life
}

export interface PhoneOptions {
  /** The title of a card without one. Default: `the app`. */
  appName?: string
  /** Replies to requests. Default: a wx-reach server that accepts every event. */
  reply?: (request: PhoneRequest) => NetworkReply | Promise<NetworkReply>
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
  const { appName, reply, startMs, ownTokens } = options
  const clock = createFakeClock(startMs)
  const server = createFakeReachServer(ownTokens)
  let lives = 0
  const phone: Phone = {
    clock,
    server,
    storage: createFakeStorage(),
    network: createFakeNetwork(reply || ((request) => server.reply(request))),
    random: createRandom(),
    start(launch = noSpecialLaunch, without = []) {
      // On a real phone a life never begins in the millisecond in which another has ended.
      if (lives++) clock.jump(1)
      return startLife(phone, launch, without, appName)
    },
    openCard: (card, more) => phone.start(optionsOf(card, more)),
  }
  return phone
}
