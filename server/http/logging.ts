/** One line a request: what was asked by its pattern, never by its path, which may hold an openId. */
import type { Context } from 'koa'
import type { RequestMeter } from '../metrics/meters.ts'
import type { Log } from '../runtime/world.ts'

/** @param meter hears of each request, too */
export function requestLog(
  log: Log,
  pattern: string,
  meter?: RequestMeter,
): (ctx: Context, tookMs: number) => void {
  return ({ method, status }, tookMs) => {
    meter?.(status, tookMs / 1_000)
    log.info({ method, route: pattern, status, ms: Math.round(tookMs * 10) / 10 }, 'request')
  }
}
