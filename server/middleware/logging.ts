/** One line a request: what was asked by its pattern, never by its path, which may hold an openId. */
import type { Middleware } from 'koa'
import type { RequestMeter } from '../metrics/requests.ts'
import type { Log, MonotonicClock } from '../world.ts'

/** @param meter hears of each request, too */
export function logging(
  log: Log,
  clock: Pick<MonotonicClock, 'now'>,
  pattern: string,
  meter?: RequestMeter,
): Middleware {
  return async (ctx, next) => {
    const startedAt = clock.now()
    await next()
    const tookMs = clock.now() - startedAt
    meter?.(ctx.status, tookMs / 1_000)
    const ms = Math.round(tookMs * 10) / 10
    log.info({ method: ctx.method, route: pattern, status: ctx.status, ms }, 'request')
  }
}
