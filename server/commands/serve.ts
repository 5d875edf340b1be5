/** The server in production: all settings come from the environment. */
import { pino } from 'pino'
import { readConfig } from '../config/config.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { createReachServer } from '../reach-server.ts'
import { shutdownRules } from '../rules/process.ts'
import { listen } from '../runtime/listen.ts'
import { createMonotonicClock } from '../runtime/world.ts'
import type { Command } from './command.ts'

export const serve: Command = async ({ env, stopped }) => {
  const config = readConfig(env)
  const log = pino()
  const { now } = createMonotonicClock()
  let stopsAtMs: number | undefined
  const reach = createReachServer({ ...config, metrics: createMetrics() }, { log })
  try {
    await reach.ready()
    const listening = await listen(reach.createApp().callback(), config)
    reach.start()
    log.info({ url: listening.url, apps: config.apps.length }, 'serving')
    await stopped
    stopsAtMs = now() + shutdownRules.withinMs
    log.info({}, 'draining')
    reach.drain()
    await listening.close(shutdownRules.drainWithinMs)
  } finally {
    await reach.close(stopsAtMs && stopsAtMs - now())
  }
  log.info({}, 'stopped')
  return 0
}
