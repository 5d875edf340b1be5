import Router from '@koa/router'
import Koa from 'koa'
import { createReachServer, type ReachServer, type ReachServerConfig } from 'wx-reach-server'
import { sendReceipt, type Order } from './receipts.ts'

/** Your app with the server in it: phones post to /reach, and your routes call functions. */
export function createShop(
  config: ReachServerConfig,
  findOrder: (id: string) => Promise<Order>,
): [Koa, ReachServer] {
  const reach = createReachServer({ ...config, prefix: '/reach' })
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
