/** The Koa app. It does no I/O of its own: all services are arguments. */
import Koa from 'koa'
import { createRouter } from './mount.ts'
import { notFound, problems } from './problems.ts'
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
  app.use(problems(services.world.log))
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
