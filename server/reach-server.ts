/** The server, assembled from its settings: to run by itself, or to mount in your Koa app. */
import type Router from '@koa/router'
import type Koa from 'koa'
import { pino } from 'pino'
import { createAudit } from './audit/audit.ts'
import { createForecasts } from './broadcasts/forecast.ts'
import { createBroadcasting } from './broadcasts/runner.ts'
import { createStreams } from './changes/streams.ts'
import { createCodes } from './codes/codes.ts'
import { createApiKeys } from './http/callers.ts'
import type { Config } from './config/config.ts'
import { createConsoleFiles } from './console/files.ts'
import { createConsoleSessions } from './console/sessions.ts'
import { createSeal, type Seal } from './crypto/seal.ts'
import type { ReachApi } from './client/api.ts'
import { createDoctor } from './doctor/doctor.ts'
import { createApp } from './http/app.ts'
import { createInProcess } from './http/in-process.ts'
import { createRouter } from './http/mount.ts'
import { openApiDocument } from './http/openapi.ts'
import { isOfConsole, type Route } from './http/route.ts'
import { internalRoutes, publicRoutes, routes } from './http/routes/routes.ts'
import type { ConsoleServices, Services } from './http/services.ts'
import { createSentToday } from './ledger/message-sums.ts'
import { createLedger } from './ledger/send.ts'
import { createCreditSummaries } from './ledger/summary.ts'
import {
  createCodeBudget,
  createRequestLimits,
  createSendLimits,
  type SendLimitSettings,
} from './limits/limits.ts'
import { createMedia, withFreshMedia } from './media/media.ts'
import type { Metrics } from './metrics/metrics.ts'
import { openInspection, openStore } from './open-store.ts'
import { createForwarder } from './pushes/forward.ts'
import type { PushHook } from './pushes/push-hook.ts'
import { createClearing } from './privacy/clearing.ts'
import { createErasure } from './privacy/erasure.ts'
import { createExport } from './privacy/export.ts'
import { createPushes } from './pushes/pushes.ts'
import { consoleRules } from './rules/console.ts'
import type { RequestLimits } from './rules/limits.ts'
import { retention } from './rules/retention.ts'
import { day } from './rules/time.ts'
import { shutdownRules } from './rules/process.ts'
import { createApps, type Apps } from './runtime/apps.ts'
import { shutDownWithin } from './runtime/shutdown.ts'
import { version } from './runtime/version.ts'
import {
  createMonotonicClock,
  createSystemClock,
  silentLog,
  systemRandom,
  zoneMinutes,
} from './runtime/world.ts'
import type { Log, World } from './runtime/world.ts'
import { createResealing } from './sessions/resealing.ts'
import { createSessions } from './sessions/sessions.ts'
import { createLongTermTemplates } from './subscribe/long-term-templates.ts'
import { createExistingTitles } from './templates/existing-titles.ts'
import { boundCalls } from './wechat/call-bounds.ts'
import { cloudTokens } from './wechat/cloud-token.ts'
import { createWechatHttp, type WechatHttpOptions } from './wechat/http.ts'
import type { TokenSource } from './wechat/token.ts'
import { createPlatforms, createSenders } from './wechat/wechat.ts'
import { createWebhooks } from './webhooks/webhooks.ts'
import { createWorker } from './worker/worker.ts'

/** What the server is made of; `readConfig(process.env)` makes it from an environment. */
export type ReachServerConfig = Pick<
  Config,
  | 'apps'
  | 'apiBase'
  | 'proxy'
  | 'cloudToken'
  | 'apiKeys'
  | 'secretKeys'
  | 'database'
  | 'trustedProxies'
  | 'wechatCalls'
  | 'webhooks'
> &
  Partial<Pick<Config, 'warnings' | 'console' | 'pushContentDays'>> &
  SendLimitSettings & {
    /** What one user, key or address may ask. Default: `requestLimits` in rules/limits.ts. */
    requestLimits?: Partial<RequestLimits>
    /** The path of the router in your app, for example `/reach`. Default: the root. */
    prefix?: string
    /** Your token service, by appId. Default: this server fetches and stores the access_token. */
    tokens?: (appId: string) => TokenSource | undefined
    /**
     * Store the access_token in the database, sealed, so that a restart and other processes use the
     * same one. Default: true. Ignored where `tokens` returns a source.
     */
    keepTokens?: boolean
    /**
     * How long a call to WeChat may take. It must end well within the lease of a message, 60
     * seconds.
     */
    wechatTimeouts?: Pick<WechatHttpOptions, 'connectTimeoutMs' | 'timeoutMs' | 'lateReplyMs'>
    /** `createMetrics()`, for `GET /metrics`. Default: nothing is counted. */
    metrics?: Metrics | undefined
    /**
     * Your handler of pushes, which may reply to messages. Default: each push is recorded and
     * acknowledged.
     */
    onPush?: PushHook
    /** The demo signs whoever is at this machine in with its key. Default: nobody is. */
    consoleDemo?: ConsoleServices['demo']
  }

export interface ReachServerWorld extends Omit<World, 'log'> {
  /** Where log lines go: a logger of yours, such as pino's, or nowhere. */
  log: Log | false
}

export interface ReachServer {
  /**
   * `yourKoa.use(reach.router.routes())`. It turns its own errors into replies and changes nothing
   * of your app.
   */
  router: Router
  /**
   * A Koa app of its own, 404 and 405 included.
   * @param part `internal`: health, readiness and metrics, for a port that the public cannot reach;
   * `public`: without readiness and metrics. Default: `all`. With `console: 'internal'` the web
   * console and all routes are at `internal`, and `public` takes no session of it
   */
  createApp(part?: Part): Koa
  apps: Apps
  /**
   * The operations of an app as functions, for code in this process: what the routes do, with the
   * same checks, errors and audit, without HTTP, an API key and its limits. `ReachError` of
   * `wx-reach-server/client` is what they reject with.
   *
   * @example
   * const { canReceive } = await reach.app().users.credits(openId)
   *
   * @param appId default: the only app of the server; calls reject when it has several
   */
  app(appId?: string): ReachApi
  /** The OpenAPI 3.1 document of its routes, with `prefix` as the server's address. */
  openapi(): object
  /**
   * Resolves once the database can be used, its migrations applied; rejects with the reason why it
   * cannot. Optional: a process that awaits it ends at its start instead of at its first request.
   * Another call tries again. It logs an error when no stored session key opens under `secretKeys`;
   * `/readyz` is 503 then.
   */
  ready(): Promise<void>
  /**
   * Sends messages that are due and resolves the leases of dead processes. Before it, messages are
   * sent only by their own request. Fetches the access_tokens that the database lacks, so that
   * `/readyz` knows a wrong AppSecret before the first request.
   */
  start(): void
  /** Begins nothing that is due. `/readyz` reports it, so that a load balancer goes elsewhere. */
  drain(): void
  /**
   * Ends after what is under way: messages first, then the database. Stop listening before. Another
   * call returns the same promise.
   * @param withinMs it resolves then although something goes on, such as a write to a database that
   * is away; messages under way keep leases, which other processes and the next start resolve.
   * Default: 15 seconds
   */
  close(withinMs?: number): Promise<void>
}

/**
 * Opens the database (due migrations are applied) and makes the server. It does not listen.
 * PostgreSQL is connected by the first request, or by `ready`.
 *
 * @example
 * const reach = createReachServer(readConfig(process.env))
 * app.use(reach.router.routes())
 * await reach.ready()
 * reach.start()
 * process.once('SIGTERM', () => server.close(() => void reach.close()))
 *
 * @param overrides clocks and randomness, default: the system's; and the log, default: lines of
 * JSON on standard output, by pino
 * @throws when a SQLite file cannot be opened, or another process owns it
 */
export function createReachServer(
  config: ReachServerConfig,
  { log = pino(), ...overrides }: Partial<ReachServerWorld> = {},
): ReachServer {
  const world: World = {
    clock: createSystemClock(),
    monotonic: createMonotonicClock(),
    random: systemRandom,
    log: log || silentLog,
    ...overrides,
  }
  for (const { setting, message } of config.warnings ?? []) world.log.warn({ setting }, message)
  const apps = createApps(config.apps)
  const { metrics } = config
  const plainStore = openStore(config.database, world)
  const store = metrics?.store(plainStore) ?? plainStore
  const plainHttp = createWechatHttp({
    ...config.wechatTimeouts,
    base: config.apiBase,
    ...(config.proxy !== undefined && { proxy: config.proxy }),
  })
  /** Bounded for each app: one whose calls hang delays no other. */
  const httpOf = () => {
    const http = boundCalls(plainHttp, config.wechatCalls ?? {}, world.monotonic)
    return metrics?.http(http) ?? http
  }
  const appIds = apps.all.map(({ appId }) => appId)
  metrics?.watchBroadcasts({ appIds, count: store.countBroadcasts })
  metrics?.watchSuspensions({ appIds, find: store.findSuspensions, now: world.clock.now })
  const seal = createSeal(config.secretKeys, world.random)
  const shared = { store, seal, holder: world.random(9).toString('base64url') }
  const { keepTokens = true, prefix, trustedProxies } = config
  const platforms = createPlatforms(apps.all, (appId) => {
    const token = config.tokens?.(appId) ?? (config.cloudToken && cloudTokens)
    return {
      http: httpOf(),
      world,
      ...(token && { token }),
      ...(keepTokens && { shared }),
      ...(metrics && { around: (fetchToken) => metrics.fetch(appId, fetchToken) }),
    }
  })
  const wechatOf = platforms.of
  const sessions = createSessions({ store, world, seal, wechatOf })
  const media = createMedia({ store, wechatOf, world })
  const limitOf = createSendLimits(config)
  const ledger = createLedger({
    store,
    world,
    apps,
    senders: createSenders(wechatOf, (appId, content) => withFreshMedia(media, appId, content)),
    limitOf,
  })
  const audit = createAudit({ store, world })
  const streams = createStreams({ store, world })
  const codes = createCodes({
    store,
    apps,
    wechatOf,
    world,
    budgetOf: createCodeBudget({
      codesPerKeyDay: config.requestLimits?.codesPerKeyDay,
      timeZone: config.timeZone,
    }),
  })
  const longTermTemplates = createLongTermTemplates({ wechatOf, world })
  const forwarder = createForwarder({
    store,
    world,
    ...(metrics && { onForward: metrics.forwarded }),
  })
  const pushes = createPushes({
    forwarder,
    apps,
    store,
    longTermTemplates,
    world,
    contentKeptMs: (config.pushContentDays ?? retention.pushContentDays) * day,
    ...(config.onPush && { onPush: config.onPush }),
  })
  const resealing = createResealing({
    store,
    appIds,
    seal,
    world,
    ...(metrics && { onWalk: metrics.sessionKeys }),
  })
  const clearing = createClearing({
    store,
    world,
    ...(metrics && { onFailing: metrics.erasures }),
  })
  const webhookSettings = config.webhooks ?? {}
  const webhooks = createWebhooks({
    store,
    seal,
    world,
    settings: webhookSettings,
    ...(metrics && { onDelivery: metrics.delivery }),
  })
  const broadcasting = createBroadcasting({
    store,
    ledger,
    apps,
    world,
    ...(config.quietHours && { quietHours: config.quietHours }),
    ...(config.timeZone !== undefined && { timeZone: config.timeZone }),
  })
  const worker = createWorker({ ledger, broadcasting, store, clearing, webhooks, resealing, world })
  let stopping = false
  let closing: Promise<void> | undefined
  let fetched: Promise<unknown> | undefined

  function drain(): void {
    stopping = true
    // Else a server that stops listening would wait for them.
    void streams.close()
    void worker.stop()
  }

  async function end(): Promise<void> {
    await worker.stop()
    await broadcasting.idle()
    await Promise.all([ledger.idle(), codes.close(), audit.close(), streams.close(), fetched])
    await webhooks.close()
    platforms.close()
    await Promise.all([plainHttp.close(), forwarder.close()])
    await store.close()
  }

  const openapi = () => openApiDocument(parts.all.routes, version, prefix)
  let openapiJson: Buffer | undefined

  const services: Services = {
    apps,
    apiKeys: createApiKeys({ keys: config.apiKeys, store, world }),
    store,
    sessions,
    resealing,
    ledger,
    creditSummaries: createCreditSummaries({ store, world }),
    forecasts: createForecasts({
      store,
      world,
      limitOf,
      quietHours: config.quietHours,
      timeZone: config.timeZone,
    }),
    sentToday: createSentToday({ store, world }),
    erasure: createErasure({ store, sessions, world }),
    userExport: createExport({ store, world }),
    pushes,
    longTermTemplates,
    existingTitles: createExistingTitles({ wechatOf, world }),
    doctor: createDoctor(config, { world, openInspection }),
    webhooks: { make: webhooks.make, settings: webhookSettings },
    audit,
    streams,
    codes,
    media,
    wechat: wechatOf,
    limits: createRequestLimits({ store, monotonic: world.monotonic }, config.requestLimits),
    world,
    ...(metrics && { metrics }),
    // One copy for all replies: a client may ask often and read none of them.
    openapi: () => (openapiJson ??= Buffer.from(JSON.stringify(openapi()))),
    stopping: () => stopping,
  }
  const withConsole = {
    ...services,
    console: consoleServices(config, { seal, clock: world.clock }),
  }
  const parts = partsOf(config.console)
  const servicesOf = (part: Part) => (parts[part].hasConsole ? withConsole : services)

  return {
    router: createRouter(parts.all.routes, servicesOf('all'), prefix),
    createApp: (part = 'all') =>
      createApp(parts[part].routes, servicesOf(part), {
        trustedProxies,
        ...(prefix && { prefix }),
      }),
    apps,
    app: createInProcess(routes, services),
    openapi,
    async ready() {
      await store.ready()
      await resealing.opensAny()
    },
    start() {
      worker.start()
      codes.start()
      fetched = Promise.all(appIds.map((appId) => wechatOf(appId).tokens.current()))
    },
    drain,
    close(withinMs = shutdownRules.withinMs) {
      drain()
      return (closing ??= shutDownWithin(withinMs, {
        world,
        abortRetries: ledger.abortRetries,
        end,
      }))
    },
  }
}

function consoleServices(
  { consoleDemo: demo, prefix = '', timeZone = 'Asia/Shanghai' }: ReachServerConfig,
  { seal, clock }: { seal: Seal; clock: World['clock'] },
): ConsoleServices {
  const lastsMs = demo && consoleRules.demoSessionLastsMs
  return {
    sessions: createConsoleSessions({ seal, clock, ...(lastsMs && { lastsMs }) }),
    files: createConsoleFiles({ base: `${prefix}/console/`, firstViews: !demo }),
    prefix,
    zoneMinutes: () => zoneMinutes(timeZone, clock.now()),
    ...(demo && { demo }),
  }
}

type Part = 'all' | 'public' | 'internal'

/** What each part serves. */
function partsOf(
  place: Config['console'] = 'public',
): Record<Part, { routes: readonly Route[]; hasConsole: boolean }> {
  const part = (some: readonly Route[], hasConsole: boolean) => ({
    routes: hasConsole ? some : some.filter((route) => !isOfConsole(route)),
    hasConsole,
  })
  const isInternal = place === 'internal'
  return {
    all: part(routes, place !== 'off'),
    public: part(publicRoutes, place === 'public'),
    internal: part(isInternal ? routes : internalRoutes, isInternal),
  }
}
