/**
 * The server, put together from its settings: to be listened to by itself, or hung in an app of
 * yours.
 */
import type Router from '@koa/router'
import type Koa from 'koa'
import { createCodes } from './codes/codes.ts'
import { createApiKeys } from './config/api-keys.ts'
import type { Config } from './config/config.ts'
import { createSeal } from './crypto/seal.ts'
import { createApp } from './http/app.ts'
import { createRouter } from './http/mount.ts'
import { routes } from './http/routes/routes.ts'
import type { Services } from './http/services.ts'
import { createLedger } from './ledger/send.ts'
import { createRateLimit } from './limits/rate-limit.ts'
import { createSendLimits } from './limits/send-limits.ts'
import type { SendLimitSettings } from './limits/send-limits.ts'
import { createMedia } from './media/media.ts'
import type { Metrics } from './metrics/metrics.ts'
import { openStore } from './open-store.ts'
import { createLongTermTemplates } from './subscribe/long-term-templates.ts'
import { createPushes } from './pushes/pushes.ts'
import type { PushHook } from './pushes/push-hook.ts'
import { signInsPerMinute, userLimits } from './rules/limits.ts'
import { shutdownRules } from './rules/process.ts'
import { createApps } from './runtime/apps.ts'
import type { Apps } from './runtime/apps.ts'
import { shutDownWithin } from './runtime/shutdown.ts'
import {
  createMonotonicClock,
  createSystemClock,
  silentLog,
  systemRandom,
} from './runtime/world.ts'
import type { World } from './runtime/world.ts'
import { createSenders } from './senders.ts'
import { createSessions } from './sessions/sessions.ts'
import { createWechatHttp } from './wechat/http.ts'
import type { WechatHttpOptions } from './wechat/http.ts'
import type { TokenSource } from './wechat/token.ts'
import { createWechat } from './wechat/wechat.ts'
import { createWorker } from './worker/worker.ts'

/** What the server is made of; `readConfig(process.env)` makes it from an environment. */
export type ReachServerConfig = Pick<
  Config,
  'apps' | 'apiBase' | 'apiKeys' | 'secretKey' | 'database' | 'trustedProxies'
> &
  SendLimitSettings & {
    /** Where the router hangs in your app, for example `/reach`. Default: at the root. */
    prefix?: string
    /**
     * A token service that you have, by appId. Default: this server fetches and keeps the
     * access_token.
     */
    tokens?: (appId: string) => TokenSource | undefined
    /**
     * Keep the access_token in the database, sealed, so that a restart and other processes use the
     * same one. Default: true; without meaning where `tokens` gives it.
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
     * Your own handler of what WeChat pushes, which may answer messages. Default: each is recorded
     * and acknowledged.
     */
    onPush?: PushHook
  }

export interface ReachServer {
  /**
   * `yourKoa.use(reach.router.routes())`. Errors are answered within it; nothing of yours is
   * touched.
   */
  router: Router
  /** A Koa app of its own, 404 and 405 included. */
  createApp(): Koa
  apps: Apps
  /**
   * Resolves once the database can be used, its migrations applied; rejects with why it cannot.
   * Nothing need wait for it: it lets a process end at its start instead of at its first request.
   * Asked again, tries again.
   */
  ready(): Promise<void>
  /**
   * Sends what is due and what a dead process left. Until then messages are sent only by their own
   * request.
   */
  start(): void
  /** Begins nothing that is due, and lets `/readyz` say so: a load balancer goes elsewhere. */
  drain(): void
  /**
   * Ends after what is under way: messages first, then the database. Stop listening before. Again:
   * the same end.
   * @param withinMs then it resolves although something goes on, such as a write to a database that
   * is away; messages under way keep leases, which other processes and the next start resolve.
   * Default: 15 seconds
   */
  close(withinMs?: number): Promise<void>
}

/**
 * Opens the database (migrations that are due are applied) and makes the server. It does not
 * listen. PostgreSQL is asked for by the first request, or by `ready`.
 *
 * @example
 * const reach = createReachServer(readConfig(process.env))
 * app.use(reach.router.routes())
 * await reach.ready()
 * reach.start()
 * process.once('SIGTERM', () => server.close(() => void reach.close()))
 *
 * @param overrides clocks, randomness and log; default: the system's, and no log
 * @throws when a SQLite file cannot be opened, or another process owns it
 */
export function createReachServer(
  config: ReachServerConfig,
  overrides: Partial<World> = {},
): ReachServer {
  const world: World = {
    clock: createSystemClock(),
    monotonic: createMonotonicClock(),
    random: systemRandom,
    log: silentLog,
    ...overrides,
  }
  const apps = createApps(config.apps)
  const { metrics } = config
  const plainStore = openStore(config.database, world)
  const store = metrics?.store(plainStore) ?? plainStore
  const plainHttp = createWechatHttp({ ...config.wechatTimeouts, base: config.apiBase })
  const http = metrics?.http(plainHttp) ?? plainHttp
  const appIds = apps.all.map(({ appId }) => appId)
  metrics?.watchSuspensions({ appIds, find: store.findSuspensions, now: world.clock.now })
  const shared = {
    store,
    seal: createSeal(config.secretKey, world.random),
    holder: world.random(9).toString('base64url'),
  }
  const { keepTokens = true, prefix, trustedProxies } = config
  const platforms = new Map(
    apps.all.map((app) => {
      const { appId } = app
      const token = config.tokens?.(appId)
      const platform = createWechat({
        app,
        http,
        world,
        ...(token && { token }),
        ...(keepTokens && { shared }),
        ...(metrics && { around: (fetchToken) => metrics.fetch(appId, fetchToken) }),
      })
      return [appId, platform]
    }),
  )
  const wechat = (appId: string) => {
    const platform = platforms.get(appId)
    if (!platform) throw new Error('No such app: apps are fixed when the server is made.')
    return platform
  }
  const sessions = createSessions({ store, world, secretKey: config.secretKey, wechatOf: wechat })
  const media = createMedia({ store, wechatOf: wechat, world })
  const ledger = createLedger({
    store,
    world,
    apps,
    senders: createSenders(wechat, media),
    limitOf: createSendLimits(config),
  })
  const codes = createCodes({ store, apps, wechatOf: wechat, world })
  const longTermTemplates = createLongTermTemplates({ wechatOf: wechat, world })
  const pushes = createPushes({
    apps,
    store,
    longTermTemplates,
    world,
    ...(config.onPush && { onPush: config.onPush }),
  })
  const worker = createWorker({ ledger, store, world })
  let stopping = false
  let closing: Promise<void> | undefined

  function drain(): void {
    stopping = true
    void worker.stop()
  }

  async function end(): Promise<void> {
    await worker.stop()
    await Promise.all([ledger.idle(), codes.close()])
    for (const platform of platforms.values()) platform.close()
    await http.close()
    await store.close()
  }

  const services: Services = {
    apps,
    apiKeys: createApiKeys(config.apiKeys),
    store,
    sessions,
    ledger,
    pushes,
    longTermTemplates,
    codes,
    media,
    wechat,
    requestLimit: createRateLimit(store, 'user', userLimits.requestsPerMinute),
    signInLimit: createRateLimit(store, 'sign-in', signInsPerMinute),
    world,
    ...(metrics && { metrics }),
    stopping: () => stopping,
  }

  return {
    router: createRouter(routes, services, prefix),
    createApp: () => createApp(routes, services, { trustedProxies, ...(prefix && { prefix }) }),
    apps,
    ready: store.ready,
    start() {
      worker.start()
      codes.start()
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
