/** Puts the parts of the library together. */
import { createArrivals } from './arrivals'
import { createCredits, type Credits } from './credits'
import { createDelivery } from './delivery'
import { createEvent, type Capture } from './event'
import { createGroupResolver } from './group-resolver'
import type { Internals } from './internals'
import { createGuard, createWarnOnce } from './notices'
import { createOutbox } from './outbox'
import { createWrapApp, createWrapPage } from './page'
import { pageOf, routeOf } from './path'
import { readPlatform, type EnterOptions, type Platform } from './platform'
import { createCallWechat } from './platform-call'
import type { Consent, Reach, ReachOptions } from './reach'
import { createSession } from './session'
import { createShare } from './share'
import { createShareMenu, type ShareMenu } from './share-menu'
import { createStorage } from './storage'
import { createTransport } from './transport'
import { createWorld, type World } from './world'
import { copyWith, createBefore } from './wrap'

/** Timeline preview: no users, no network for us, and a storage that is never read again. */
const singlePageScene = 1154

type ListenerName = 'onAppShow' | 'onAppHide' | 'onNetworkStatusChange'
type Argument<Name extends ListenerName> = Parameters<Parameters<NonNullable<Platform[Name]>>[0]>[0]
type Listen<Given> = (listener: (given: Given) => void) => void

/**
 * Starts the library for one mini-program. Call it once, in a module that `app.ts` and the pages
 * import.
 *
 * Reads nothing, calls nothing and asks for nothing by itself: work begins with the first capture,
 * with a launch from a share, or with any launch that `reach.app` sees. Throws only where there is
 * neither `wx` nor `platform`.
 *
 * @param world - time, chance and the page stack; only tests pass it
 * @example
 * export const reach = createReach({ baseUrl: 'https://reach.example.com', consent: 'granted' })
 */
export function createReach(options: ReachOptions, world: World = createWorld()): Reach {
  const { baseUrl, groupTicket } = options
  const platform: Platform = options.platform || wx
  const warnOnce = createWarnOnce(world)
  if (!baseUrl) warnOnce('base_url_missing')
  let consent: Consent = options.consent
  if (consent !== 'granted' && consent !== 'required') {
    warnOnce('consent_missing', consent)
    consent = 'required'
  }
  /** How the user has come in; on base libraries before 2.9.4, at the launch. */
  const entry = readPlatform(platform, 'getEnterOptionsSync', 'getLaunchOptionsSync')
  let singlePage = entry.scene === singlePageScene

  const capture: Capture = (fields, at = world.now()) => {
    if (!context.mayRecord()) return undefined
    const event = createEvent(world, fields, at)
    context.outbox.add(event)
    context.groupResolver.trackGroups(event)
    delivery.wake()
    return event
  }

  const guard = createGuard(warnOnce)
  const callWechat = createCallWechat(world, warnOnce)
  // The parts are added below, each before the first that needs it.
  const context = {
    wx: platform,
    world,
    warnOnce,
    guard,
    callWechat,
    capture,
    copyWith,
    timelineDepth: 0,
    routeAt: (self) => routeOf(pageOf(world, self)),
    mayCall: () => consent === 'granted' && !singlePage,
    mayRecord: () => consent !== 'refused' && !singlePage,
  } as Internals
  context.storage = createStorage(context)
  context.outbox = createOutbox(context, options.onDrop)
  context.transport = createTransport(context, `${baseUrl || ''}`)
  context.groupResolver = createGroupResolver(context)
  context.arrivals = createArrivals(context, entry)
  context.session = createSession(context, options)
  const delivery = createDelivery(context)
  const share = createShare(context)
  const before = createBefore(guard)
  const [menu, askForTickets] = createShareMenu(context)
  context.askingFor = (settings) => {
    const { groupTicket: wanted = groupTicket } = settings || {}
    return wanted ? (original) => before(original, askForTickets) : undefined
  }

  function enter(entered: EnterOptions | undefined, app?: object): void {
    // Some hosts call it without options: then nothing has changed.
    if (entered) singlePage = entered.scene === singlePageScene
    context.arrivals.enter(entered, app)
    delivery.resume()
  }

  /** Each by itself: a function that a host has and refuses must not stop the others. */
  const on = <Name extends ListenerName>(
    name: Name,
    listener: (given: Argument<Name>) => unknown,
  ) =>
    guard(() => {
      const host = platform as unknown as Record<Name, Listen<Argument<Name>> | undefined>
      if (host[name]) host[name]((given) => guard(() => listener(given)))
    })
  // Independent subpackages have no App. Where App and onAppShow both report an entry, the second
  // report is the same entry and adds nothing.
  on('onAppShow', enter)
  // Code that begins after the launch, as in an independent subpackage, gets no report.
  void Promise.resolve().then(() => guard(context.arrivals.enter))
  on('onAppHide', delivery.suspend)
  on('onNetworkStatusChange', ({ isConnected }) => isConnected && delivery.online())

  const reach: Omit<Reach, keyof (ShareMenu & Credits)> & { internals: Internals } = {
    internals: context,
    share,
    page: createWrapPage(share, context.askingFor),
    app: createWrapApp(before, enter, delivery.suspend),
    onArrival: context.arrivals.listen,
    flush: delivery.flush,
    consent(granted) {
      consent = granted ? 'granted' : 'refused'
      if (granted) {
        context.outbox.persist()
        delivery.wake()
      } else {
        context.outbox.clear()
        context.session.forget()
        context.arrivals.forget()
      }
    },
    inspect: () =>
      Object.assign(delivery.counts(), {
        consent,
        queued: context.outbox.peek(Infinity).map(({ id, type, at }) => ({ id, type, at })),
      }),
  }
  return Object.assign(reach, menu, createCredits(context, before))
}
