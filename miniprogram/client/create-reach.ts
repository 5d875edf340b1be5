import { createArrivals } from './arrivals'
import { createWorld } from './context'
import type { Parts, World } from './context'
import { createFormSubmit, createPayment, createSubscribe } from './credits'
import { createDelivery } from './delivery'
import { createDrop, createEvent } from './event'
import type { Capture } from './event'
import { createAskGroup, createLookups } from './group-resolver'
import { createTell, createQuietly } from './notices'
import { createOutbox } from './outbox'
import { createWrapApp, createWrapPage } from './page'
import { readPlatform } from './platform'
import type { EnterOptions, Platform } from './platform'
import { createCallWechat } from './platform-call'
import type { Consent, Reach, ReachOptions } from './reach'
import { createLogIn, createOwnSession, createSession } from './session'
import { createShare } from './share'
import { createDress } from './share-content'
import { createGetShareInfo, createShareMenu } from './share-menu'
import type { ShareMenu } from './share-menu'
import { createStorage } from './storage'
import { createTransport } from './transport'
import { changed, createBefore, copyWith } from './wrap'

/** Timeline preview: no users, no network for us, and a storage of its own that nobody reads again. */
const singlePageScene = 1154

type Occasion = 'onAppShow' | 'onAppHide' | 'onNetworkStatusChange'
type Given<Name extends Occasion> = Parameters<Parameters<NonNullable<Platform[Name]>>[0]>[0]
type Listen<Heard> = (listener: (given: Heard) => void) => void

/**
 * Starts the library for one mini-program. Call it once, in a module that `app.ts` and the pages import.
 *
 * Reads nothing, calls nothing and asks for nothing by itself: work begins with the first capture, with a launch from a share,
 * or with any that `reach.app` sees. Throws only where there is neither `wx` nor `platform`.
 *
 * @param world - time, chance and the page stack; only tests pass it
 * @example
 * export const reach = createReach({ baseUrl: 'https://reach.example.com', consent: 'granted' })
 */
export function createReach(options: ReachOptions, world: World = createWorld()): Reach {
  const { baseUrl, appId, session: own, onDrop, groupTicket = false } = options
  const platform: Platform = options.platform || wx
  const tell = createTell(world)
  if (!baseUrl) tell('base_url_missing')
  let consent: Consent = options.consent
  if (consent !== 'granted' && consent !== 'required') {
    tell('consent_missing', consent)
    consent = 'required'
  }
  /** How the user has come in; on base libraries before 2.9.4, at the launch. */
  const entry = readPlatform(platform, 'getEnterOptionsSync', 'getLaunchOptionsSync')
  /** Whether this place knows users at all. */
  let silent = entry.scene === singlePageScene
  /** Network, storage and questions to the platform. */
  const mayCall = () => consent === 'granted' && !silent
  const mayRecord = () => consent !== 'refused' && !silent

  const quietly = createQuietly(tell)
  const before = createBefore(quietly)
  const callWechat = createCallWechat(world, tell)
  const drop = createDrop(tell, quietly, onDrop)
  const storage = createStorage(platform, tell, mayCall)
  const outbox = createOutbox(storage, drop, mayCall)
  const transport = createTransport(platform, `${baseUrl || ''}`, callWechat)
  const lookups = createLookups(world, createAskGroup(platform, callWechat), outbox)

  const capture: Capture = (fields, at = world.now()) => {
    if (!mayRecord()) return undefined
    const event = createEvent(world, fields, at)
    outbox.add(event)
    lookups.expect(event)
    delivery.wake()
    return event
  }
  const arrivals = createArrivals(platform, world, capture, quietly, entry)

  const session = own
    ? createOwnSession(own, callWechat)
    : createSession(
        baseUrl,
        storage,
        transport,
        createLogIn(platform, callWechat, tell, appId),
        mayCall,
      )
  const delivery = createDelivery(
    world,
    tell,
    drop,
    outbox,
    lookups,
    transport,
    session,
    mayCall,
    arrivals.settled,
  )
  const dress = createDress(callWechat, tell, quietly)
  const share = createShare(world, capture, dress, quietly, arrivals.parent, mayRecord)

  function enter(entered: EnterOptions | undefined, app?: object): void {
    // Some call it without options: then nothing has changed.
    if (entered) silent = entered.scene === singlePageScene
    arrivals.enter(entered, app)
    delivery.show()
  }

  /** Each by itself: one that a host has and refuses must not take the others along. */
  const on = <Name extends Occasion>(name: Name, listener: (given: Given<Name>) => unknown) =>
    quietly(() => {
      const host = platform as unknown as Record<Name, Listen<Given<Name>> | undefined>
      if (host[name]) host[name]((given) => quietly(() => listener(given)))
    })
  // Independent subpackages have no App; where both speak, the second says nothing new.
  on('onAppShow', enter)
  // Code that begins after the launch, as that of an independent subpackage may, is told of it by nobody.
  void Promise.resolve().then(() => quietly(arrivals.enter))
  on('onAppHide', delivery.hide)
  on('onNetworkStatusChange', ({ isConnected }) => isConnected && delivery.online())

  const [menu, askForTickets] = createShareMenu(platform, callWechat, world)

  const reach: Omit<Reach, keyof ShareMenu> & { parts: Parts } = {
    parts: {
      platform,
      world,
      tell,
      quietly,
      transport,
      session,
      mayCall,
      enter: arrivals.enter,
      copyWith,
    },
    share,
    page: createWrapPage(share, askForTickets, before, groupTicket),
    app: createWrapApp(enter, delivery.hide, before),
    formSubmit: createFormSubmit(platform, world, capture, tell, before),
    payment: createPayment(capture, tell, quietly),
    subscribe: createSubscribe(platform, callWechat, capture, quietly),
    getShareInfo: createGetShareInfo(platform, callWechat),
    onArrival: arrivals.listen,
    flush: delivery.flush,
    consent(granted) {
      consent = granted ? 'granted' : 'refused'
      if (granted) {
        outbox.persist()
        delivery.wake()
      } else {
        outbox.clear()
        session.forget()
        arrivals.forget()
      }
    },
    inspect: () =>
      changed(delivery.counts(), {
        consent,
        queued: outbox.peek(Infinity).map(({ id, type, at }) => ({ id, type, at })),
      }),
  }
  return changed(menu, reach)
}
