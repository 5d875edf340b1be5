/** One line a request: what was asked by its pattern, never by its path, which may hold an openId. */
import type { Middleware } from 'koa'
import type { Log, MonotonicClock } from '../world.ts'

export function logging(log: Log, clock: Pick<MonotonicClock, 'now'>, pattern: string): Middleware {
  return async (ctx, next) => {
    const startedAt = clock.now()
    await next()
    const ms = Math.round((clock.now() - startedAt) * 10) / 10
    log.info({ method: ctx.method, route: pattern, status: ctx.status, ms }, 'request')
  }
}
