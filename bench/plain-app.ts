/**
 * A plain app of Koa, @koa/router and a raw JSON body that gives the replies of ours to a batch of
 * events and to a message.
 */
import Router from '@koa/router'
import Koa from 'koa'
import getRawBody from 'raw-body'

export function createPlainApp(): Koa {
  const app = new Koa()
  const router = new Router()
  router.post('/v1/events', async (ctx) => {
    const raw = await getRawBody(ctx.req, { limit: 256 * 1024 })
    const { events } = JSON.parse(raw.toString()) as { events: { id: string }[] }
    ctx.body = { results: events.map(({ id }) => ({ id, status: 'accepted' })) }
  })
  let made = 0
  router.post('/v1/messages', async (ctx) => {
    const raw = await getRawBody(ctx.req, { limit: 256 * 1024 })
    const { channel, openId, templateId } = JSON.parse(raw.toString()) as Record<string, string>
    const at = new Date().toISOString()
    made += 1
    const id = String(made).padStart(16, '0')
    const times = { createdAt: at, deadline: at, settledAt: at }
    ctx.status = 201
    ctx.body = { id, channel, openId, templateId, state: 'sent', attempts: 1, ...times }
  })
  app.use(router.routes())
  return app
}
