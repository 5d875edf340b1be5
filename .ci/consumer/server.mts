/** A user of `wx-reach-server` who hangs it in a Koa app, compiled against what npm packs. */
import Koa from 'koa'
import { createReachServer, readConfig } from 'wx-reach-server'
import type { ReachServer } from 'wx-reach-server'

export function mount(env: Record<string, string | undefined>): [Koa, ReachServer] {
  const reach = createReachServer({ ...readConfig(env), prefix: '/reach' })
  const app = new Koa()
  app.use(reach.router.routes())
  return [app, reach]
}
