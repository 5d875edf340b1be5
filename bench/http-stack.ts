/**
 * Our HTTP stack without store and logs, compared with a plain app of Koa, @koa/router and a raw
 * JSON body that gives the same replies: to a batch of ten events, and to a message. The stack with
 * logs, and the one with metrics, are compared with the one that has neither.
 *
 *   npm run bench -- http-stack [--quick]
 */
import Router from '@koa/router'
import Koa from 'koa'
import { pino } from 'pino'
import getRawBody from 'raw-body'
import type { Services } from '../server/http/services.ts'
import { createMetrics } from '../server/metrics/metrics.ts'
import { listen } from '../server/runtime/listen.ts'
import type { Store } from '../server/store/store.ts'
import { compare, seconds, type Side } from './compare.ts'
import { createNoStore } from './no-store.ts'
import { benchServices, connections, serve } from './server.ts'
import { wrk } from './wrk.ts'

const users = 1_000

const plain = new Koa()
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
plain.use(router.routes())
const listening = await listen(plain.callback(), { port: 0, host: '127.0.0.1' })

const plainSide = (script: string): Side => ({
  name: 'plain Koa/s',
  measure: (turn) =>
    wrk({ url: listening.url, seconds, connections, script, args: [users, `p${turn}-`] }),
})

const bare = () => benchServices(createNoStore())
const logged = (): Services => {
  const services = bare()
  const log = pino({ level: 'info' }, pino.destination('/dev/null'))
  return { ...services, world: { ...services.world, log } }
}
const counted = (): Services => {
  const metrics = createMetrics()
  return { ...benchServices(metrics.store(createNoStore() as Store)), metrics }
}

for (const [what, script, atLeast] of [
  ['ten events', 'events', 0.85],
  ['one message', 'spend', 0.65],
] as const) {
  const ours = await serve('ours/s', bare(), script, users)
  await compare(what, ours, plainSide(script), atLeast)
  for (const [name, services] of [
    ['with logs/s', logged()],
    ['with metrics/s', counted()],
  ] as const) {
    const more = await serve(name, services, script, users)
    await compare(what, more, ours, 0.9)
    await more.close()
  }
  await ours.close()
}
await listening.close(1_000)
