import Router from '@koa/router'
import Koa from 'koa'
import { createReachServer } from 'wx-reach-server'
import type { Log, ReachServer, ReachServerConfig } from 'wx-reach-server'
import { sendReceipt, type Order } from './receipts.ts'

interface Shop {
  /** `readConfig(process.env)` */
  config: ReachServerConfig
  log: Log
  findOrder(id: string): Promise<Order>
}

/** Your app with the server in it: phones post to /reach, and your routes call functions. */
export function createShop({ config, log, findOrder }: Shop): [Koa, ReachServer] {
  const reach = createReachServer({ ...config, prefix: '/reach' }, { log })
  const router = new Router()
  router.post('/orders/:id/receipt', async (ctx) => {
    const order = await findOrder(ctx.params.id!)
    ctx.body = { receipt: await sendReceipt(reach.app(), order) }
  })
  const app = new Koa()
  app.use(reach.router.routes())
  app.use(router.routes())
  return [app, reach]
}
