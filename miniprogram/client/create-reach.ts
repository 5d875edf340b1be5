import { changed } from './changed'
import { createArrivals } from './arrival'
import { createWrapApp } from './app'
import { createGate } from './consent'
import { createDelivery } from './delivery'
import { createDrop } from './drop'
import { createEvent } from './event'
import { createFormSubmit } from './form'
import { createAskGroup } from './group'
import { createLogIn } from './log-in'
import { createLookups } from './lookups'
import { createTell } from './notice'
import { createOutbox } from './outbox'
import { createWrapPage } from './page'
import { createPayment } from './payment'
import { createQuietly } from './quietly'
import { createOwnSession, createSession } from './session'
import { createShare } from './share'
import { createDress } from './share-content'
import { createGetShareInfo } from './share-info'
import { createShareMenu } from './share-menu'
import { createStorage } from './storage'
import { createSubscribe } from './subscribe'
import { createTransport } from './transport'
import { createWorld } from './world'
import { copyWith } from './wrap'
import type { Capture } from './event'
import type { Parts } from './parts'
import type { EnterOptions, Platform } from './platform'
import type { Reach, ReachOptions } from './reach'
import type { ShareMenu } from './share-menu'
import type { World } from './world'

/** Timeline preview: no users, no network for us, and a storage of its own that nobody reads again. */
const singlePageScene = 1154

/**
 * Starts the library for one mini-program. Call it once, in a module that `app.ts` and the pages import.
 *
 * Reads nothing, calls nothing and asks for nothing by itself: work begins with the launch that `reach.app` sees, or with
 * the first capture. Throws only where there is neither `wx` nor `platform`.
 *
 * @param world - time, chance and the page stack; only tests pass it
 * @example
 * export const reach = createReach({ baseUrl: 'https://reach.example.com', consent: 'granted' })
 */
export function createReach(options: ReachOptions, world: World = createWorld()): Reach {
  const { baseUrl, consent, appId, session: own, onDrop, groupTicket = false } = options
  const platform: Platform = options.platform || wx
  const tell = createTell(world)
  if (!baseUrl) tell('base_url_missing')
  const quietly = createQuietly(tell)
  const drop = createDrop(tell, quietly, onDrop)
  const storage = createStorage(platform, tell)
  const outbox = createOutbox(storage, drop)
  const gate = createGate(consent, outbox, drop)
  const transport = createTransport(platform, baseUrl || '', world)
  const lookups = createLookups(createAskGroup(platform, world, tell), outbox)
  /** Whether this place knows users at all. */
  let silent = false

  const mayRecord = () => gate.state() !== 'refused' && !silent
  const capture: Capture = (fields, at) => {
    if (!mayRecord()) return undefined
    const event = createEvent(world, fields, at)
    gate.add(event)
    delivery.wake()
    return event
  }
  const arrivals = createArrivals(platform, capture, lookups, quietly)

  const session = own
    ? createOwnSession(own)
    : createSession(baseUrl, storage, transport, createLogIn(platform, world, tell, appId), tell)
  const mayCall = () => gate.state() === 'granted' && !silent
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
  const dress = createDress(world, tell)
  const share = createShare(world, capture, lookups, dress, quietly, arrivals.parent, mayRecord)

  function enter(entered: EnterOptions | undefined): void {
    silent = !!entered && entered.scene === singlePageScene
    arrivals.enter(entered)
    delivery.show()
  }

  quietly(() => {
    const read = platform.getLaunchOptionsSync
    silent = !!read && read.call(platform).scene === singlePageScene
    // Independent subpackages have no App; where both speak, the second says nothing new.
    if (platform.onAppShow) platform.onAppShow((entered) => quietly(() => enter(entered)))
    if (platform.onAppHide) platform.onAppHide(() => quietly(delivery.hide))
    if (platform.onNetworkStatusChange) {
      platform.onNetworkStatusChange(({ isConnected }) => isConnected && delivery.online())
    }
  })

  const [menu, askForTickets] = createShareMenu(platform, world, tell)

  const reach: Omit<Reach, keyof ShareMenu> & { parts: Parts } = {
    parts: { platform, world, transport, session, mayCall, enter: arrivals.enter, copyWith },
    share,
    page: createWrapPage(share, askForTickets, quietly, groupTicket),
    app: createWrapApp(enter, delivery.hide, quietly),
    formSubmit: createFormSubmit(platform, world, capture, tell, quietly),
    payment: createPayment(capture, tell, quietly),
    subscribe: createSubscribe(platform, capture, quietly, tell),
    getShareInfo: createGetShareInfo(platform, world, tell),
    onArrival: arrivals.listen,
    flush: delivery.flush,
    consent(granted) {
      gate.set(granted)
      if (granted) delivery.wake()
      else session.forget()
    },
    inspect: () =>
      changed(delivery.counts(), {
        consent: gate.state(),
        queued: outbox.peek(Infinity).map(({ id, type, at }) => ({ id, type, at })),
      }),
  }
  return changed(menu, reach)
}
