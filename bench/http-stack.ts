/**
 * Our HTTP stack without store and logs, compared with a plain app of Koa, @koa/router and a raw
 * JSON body that gives the same replies: to a batch of ten events, and to a message. The stack with
 * logs, and the one with metrics, are compared with the one that has neither.
 *
 *   npm run bench -- http-stack [--quick]
 */
import { pino } from 'pino'
import type { Services } from '../server/http/services.ts'
import { createMetrics } from '../server/metrics/metrics.ts'
import { listen } from '../server/runtime/listen.ts'
import type { Store } from '../server/store/store.ts'
import { compare, seconds, type Side } from './compare.ts'
import { createNoStore } from './no-store.ts'
import { createPlainApp } from './plain-app.ts'
import { benchServices, connections, serve } from './server.ts'
import { wrk } from './wrk.ts'

const users = 1_000

const listening = await listen(createPlainApp().callback(), { port: 0, host: '127.0.0.1' })

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
