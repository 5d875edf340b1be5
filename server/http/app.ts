/** The Koa app. It does no I/O of its own: all services are arguments. */
import Koa from 'koa'
import type { Middleware } from 'koa'
import { checkQuery, createRouter, unrouted } from './mount.ts'
import { ProblemError } from './problems.ts'
import type { Route } from './route.ts'
import type { Services } from './services.ts'

export interface AppOptions {
  /**
   * How many proxies in front of the server are trusted to add to `X-Forwarded-For`. Default: 0.
   */
  trustedProxies?: number
  /** Where the routes are mounted, for example `/reach`. Default: at the root. */
  prefix?: string
}

export function createApp(
  routes: readonly Route[],
  services: Services,
  { trustedProxies = 0, prefix }: AppOptions = {},
): Koa {
  const app = new Koa({ proxy: trustedProxies > 0, maxIpsCount: trustedProxies })
  app.use(unrouted(services.world, trustedProxies))
  // A router tries its paths one after another, so the most frequent ones have a router of their
  // own.
  const others = routes.filter((route) => !isFrequent(route))
  for (const some of [routes.filter(isFrequent), others]) {
    app.use(createRouter(some, services, prefix).routes())
  }
  app.use(notFound)
  // Koa reports only sockets that broke during the reply here.
  app.on('error', (error: Error) => services.world.log.debug({ err: error }, 'a connection broke'))
  return app
}

const isFrequent = ({ path }: Route) => path === '/v1/events' || path === '/v1/messages'

/** The last middleware: replies 405 or 404 to a request that no route handled. */
const notFound: Middleware = (ctx) => {
  checkQuery(ctx)
  const matched = (ctx.matched ?? []) as { methods: string[] }[]
  if (matched.length > 0) {
    const allowed = matched.flatMap(({ methods }) => methods).join(', ')
    ctx.set('Allow', allowed)
    throw new ProblemError(405, 'method_not_allowed', `Use ${allowed} here.`)
  }
  throw new ProblemError(404, 'not_found', 'Nothing is at this path: see GET /openapi.json.')
}
