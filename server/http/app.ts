/** A Koa app of the routes. No I/O of its own: everything that it touches is handed in. */
import Koa from 'koa'
import { createRouter } from './mount.ts'
import { notFound, problems } from './problems.ts'
import type { Route } from './route.ts'
import type { Services } from './services.ts'

export interface AppOptions {
  /** Proxies before us that add to `X-Forwarded-For`; only so many are believed. Default: 0, none. */
  trustedProxies?: number
  /** Where the routes stand, for example `/reach`. Default: at the root. */
  prefix?: string
}

export function createApp(
  routes: readonly Route[],
  services: Services,
  { trustedProxies = 0, prefix }: AppOptions = {},
): Koa {
  const app = new Koa({ proxy: trustedProxies > 0, maxIpsCount: trustedProxies })
  app.use(problems(services.world.log))
  // A router tries each of its paths: what is asked most finds its own among few.
  app.use(createRouter(routes.filter(isBusy), services, prefix).routes())
  app.use(
    createRouter(
      routes.filter((route) => !isBusy(route)),
      services,
      prefix,
    ).routes(),
  )
  app.use(notFound)
  // What reaches this is a socket that broke while we answered: nobody is left to tell.
  app.on('error', (error: Error) => services.world.log.debug({ err: error }, 'a connection broke'))
  return app
}

const isBusy = ({ path }: Route) => path === '/v1/events' || path === '/v1/messages'
