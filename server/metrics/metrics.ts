/** What the server counts about itself, for Prometheus. Optional: without it nothing is counted. */
import { collectDefaultMetrics, Registry } from 'prom-client'
import { broadcastStates } from '../../shared/codes.ts'
import type { Channel, EventResult } from '../../shared/wire/index.ts'
import { isSuspended } from '../ledger/record.ts'
import { createMonotonicClock, type MonotonicClock } from '../runtime/world.ts'
import type { ForwardResult } from '../pushes/forward.ts'
import type { OtherSeals } from '../sessions/resealing.ts'
import type { ChannelSuspension, StateCount, Store } from '../store/store.ts'
import type { DeliveryResult } from '../webhooks/webhooks.ts'
import type { WechatHttp } from '../wechat/http.ts'
import type { FetchToken } from '../wechat/token.ts'
import { createFamilies } from './families.ts'
import { countEvents, meterFetch, meterHttp, meterStore, createRequestMeter } from './meters.ts'
import type { RequestMeter } from './meters.ts'

/** Of one server: make another for another. */
export interface Metrics {
  /** For one route, whose labels are made once. */
  requests(route: { method: string; path: string }): RequestMeter
  /** A batch of a phone and the results in its reply. */
  events(events: readonly unknown[], results: readonly EventResult[]): void
  /** The same store, client and fetch; their calls are counted. */
  store(store: Store): Store
  http(http: WechatHttp): WechatHttp
  fetch(appId: string, fetchToken: FetchToken): FetchToken
  /** A try to tell a webhook of an event. */
  delivery(event: string, result: DeliveryResult): void
  /** Session keys that the last walk left under other secret keys than the newest. */
  sessionKeys(left: OtherSeals): void
  /** A push that was posted to the backend that it is forwarded to, or dropped. */
  forwarded(appId: string, result: ForwardResult): void
  /** Erased users who are not cleared because a row of theirs failed. */
  erasures(failing: number): void
  /** Names the source of the broadcasts that are counted at each scrape. */
  watchBroadcasts(source: BroadcastSource): void
  /** Names the source of the suspensions that are read at each scrape. */
  watchSuspensions(source: SuspensionSource): void
  /** The text that Prometheus reads, and its content type. */
  read(): Promise<string>
  readonly contentType: string
  /** The registry itself, for metrics of yours beside ours. */
  readonly registry: Registry
}

interface BroadcastSource {
  appIds: readonly string[]
  /** Rejects while the database is away: the app has no series then. */
  count(appId: string): Promise<StateCount[]>
}

interface SuspensionSource {
  appIds: readonly string[]
  /** Rejects while the database is away: the app has no series then. */
  find(appId: string): Promise<ChannelSuspension[]>
  now(): number
}

export interface MetricsOptions {
  /** Memory, CPU, event loop and garbage collection of the process as well. Default true. */
  process?: boolean
  /** Times durations. Default: the machine's. */
  monotonic?: Pick<MonotonicClock, 'now'>
}

/**
 * A registry of its own: nothing global is touched.
 *
 * @example
 * createReachServer({ ...readConfig(process.env), metrics: createMetrics() })
 */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const { process = true, monotonic = createMonotonicClock() } = options
  const registry = new Registry()
  if (process) collectDefaultMetrics({ register: registry })
  let source: SuspensionSource | undefined
  let broadcasts: BroadcastSource | undefined
  const writes = { waiting: 0 }
  const families = createFamilies(registry, {
    broadcasts: async () => (broadcasts ? broadcastSeries(broadcasts) : []),
    suspensions: async () => (source ? suspensionSeries(source) : []),
    writing: () => writes.waiting,
  })
  return {
    requests: (route) => createRequestMeter(families, route),
    events: (events, results) => countEvents(families, events, results),
    store: (store) => meterStore(store, { families, monotonic, writes }),
    http: (http) => meterHttp(http, { families, monotonic }),
    fetch: (appId, fetchToken) => meterFetch(fetchToken, appId, families),
    delivery: (event, result) => families.deliveries.inc({ event, result }),
    sessionKeys({ earlier, unlisted }) {
      families.sessionKeys.set({ secret_key: 'earlier' }, earlier)
      families.sessionKeys.set({ secret_key: 'unlisted' }, unlisted)
    },
    forwarded: (app, result) => families.forwarded.inc({ app, result }),
    erasures: (failing) => families.erasures.set(failing),
    watchBroadcasts: (given) => void (broadcasts = given),
    watchSuspensions: (given) => void (source = given),
    read: () => registry.metrics(),
    contentType: registry.contentType,
    registry,
  }
}

/** A series for each state, so that a graph of it does not begin with the first broadcast. */
async function broadcastSeries({ appIds, count }: BroadcastSource) {
  const counted = await Promise.all(appIds.map((appId) => count(appId).catch(() => undefined)))
  return appIds.flatMap((app, index) => {
    const counts = counted[index]
    if (!counts) return []
    const of = (state: string) => counts.find((one) => one.state === state)?.count ?? 0
    return broadcastStates.map((state) => ({ app, state, value: of(state) }))
  })
}

const channels: Channel[] = ['template', 'subscribe', 'customer']
const kinds: ChannelSuspension['kind'][] = ['pause', 'shut']

/** A series for each suspension that is possible: an alert must not wait for a series to appear. */
async function suspensionSeries({ appIds, find, now }: SuspensionSource) {
  const found = await Promise.all(appIds.map((appId) => find(appId).catch(() => undefined)))
  return appIds.flatMap((app, index) => {
    const active = found[index]?.filter((suspension) => isSuspended(suspension, now()))
    if (!active) return []
    return channels.flatMap((channel) =>
      kinds.map((kind) => {
        const isActive = active.some((one) => one.channel === channel && one.kind === kind)
        return { app, channel, kind, value: isActive ? (1 as const) : (0 as const) }
      }),
    )
  })
}
