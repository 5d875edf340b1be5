/** A Koa app of the routes. No I/O of its own: everything that it touches is handed in. */
import Koa from 'koa'
import { notFound, problems } from './middleware/problems.ts'
import { createRouter } from './routes/mount.ts'
import { routes } from './routes/routes.ts'
import type { Services } from './services.ts'

export interface AppOptions {
  /** Believe `X-Forwarded-For`: only behind a proxy that sets it. Default: false. */
  trustProxy?: boolean
}

export function createApp(services: Services, { trustProxy = false }: AppOptions = {}): Koa {
  const app = new Koa({ proxy: trustProxy })
  const router = createRouter(routes, services)
  app.use(problems(services.world.log))
  app.use(router.routes())
  app.use(notFound)
  // What reaches this is a socket that broke while we answered: nobody is left to tell.
  app.on('error', (error: Error) => services.world.log.debug({ err: error }, 'a connection broke'))
  return app
}
