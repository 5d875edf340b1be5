/** What the server counts about itself, for Prometheus. Handed in where it is wanted; without it nothing is counted. */
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Channel, EventResult } from '../../shared/wire/index.ts'
import { isStopped } from '../ledger/record.ts'
import { createMonotonicClock } from '../runtime/world.ts'
import type { MonotonicClock } from '../runtime/world.ts'
import type { ChannelSuspension, Store } from '../store/store.ts'
import type { WechatHttp } from '../wechat/http.ts'
import type { FetchToken } from '../wechat/token.ts'
import { createFamilies } from './families.ts'
import { countEvents, meterFetch, meterHttp, meterStore, createRequestMeter } from './meters.ts'
import type { RequestMeter } from './meters.ts'

/** Of one server: make another for another. */
export interface Metrics {
  /** For one route, whose labels are made once. */
  requests(route: { method: string; path: string }): RequestMeter
  /** A batch of a phone, and what it was answered. */
  events(events: readonly unknown[], results: readonly EventResult[]): void
  /** The same store, HTTP, fetch; what goes through them is counted. */
  store(store: Store): Store
  http(http: WechatHttp): WechatHttp
  fetch(appId: string, fetchToken: FetchToken): FetchToken
  /** Where the stops of these apps are read at each scrape. */
  watchStops(stops: Stops): void
  /** The text that Prometheus reads, and its content type. */
  read(): Promise<string>
  readonly contentType: string
  /** The registry itself, to hang metrics of yours beside ours. */
  readonly registry: Registry
}

export interface Stops {
  appIds: readonly string[]
  /** Rejects while the database is away: then no stop is told. */
  find(appId: string): Promise<ChannelSuspension[]>
  now(): number
}

export interface MetricsOptions {
  /** Memory, CPU, event loop and garbage collection of the process as well. Default true. */
  process?: boolean
  /** Runs what is timed. Default: the machine's. */
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
  let stops: Stops | undefined
  const writes = { waiting: 0 }
  const families = createFamilies(registry, {
    stops: async () => (stops ? tellStops(stops) : []),
    writing: () => writes.waiting,
  })
  return {
    requests: (route) => createRequestMeter(families, route),
    events: (events, results) => countEvents(families, events, results),
    store: (store) => meterStore(store, { families, monotonic, writes }),
    http: (http) => meterHttp(http, { families, monotonic }),
    fetch: (appId, fetchToken) => meterFetch(fetchToken, appId, families),
    watchStops: (those) => void (stops = those),
    read: () => registry.metrics(),
    contentType: registry.contentType,
    registry,
  }
}

const channels: Channel[] = ['template', 'subscribe', 'customer']
const kinds: ChannelSuspension['kind'][] = ['pause', 'shut']

/** A row for each stop that there could be: an alert must not wait for a series to appear. */
async function tellStops({ appIds, find, now }: Stops) {
  const found = await Promise.all(appIds.map((appId) => find(appId).catch(() => undefined)))
  return appIds.flatMap((app, index) => {
    const those = found[index]?.filter((stop) => isStopped(stop, now()))
    if (!those) return []
    return channels.flatMap((channel) =>
      kinds.map((kind) => {
        const stands = those.some((stop) => stop.channel === channel && stop.kind === kind)
        return { app, channel, kind, value: stands ? (1 as const) : (0 as const) }
      }),
    )
  })
}
