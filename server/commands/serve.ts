/** The server in production: all settings come from the environment. */
import { pino } from 'pino'
import { readConfig } from '../config/config.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { createReachServer } from '../reach-server.ts'
import { shutdownRules } from '../rules/process.ts'
import { listen, type Listening } from '../runtime/listen.ts'
import { createMonotonicClock } from '../runtime/world.ts'
import type { Command } from './command.ts'
import { listenInternally, publicPart } from './internal-port.ts'

export const serve: Command = async ({ env, stopped }) => {
  const config = readConfig(env)
  const log = pino()
  const { now } = createMonotonicClock()
  let stopsAtMs: number | undefined
  const reach = createReachServer({ ...config, metrics: createMetrics() }, { log })
  let internal: Listening | undefined
  try {
    await reach.ready()
    // First: the server is announced when both are there.
    internal = await listenInternally(reach, config)
    const listening = await listen(reach.createApp(publicPart(config)).callback(), config)
    reach.start()
    const urls = { url: listening.url, ...(internal && { internalUrl: internal.url }) }
    log.info({ ...urls, apps: config.apps.length }, 'serving')
    await stopped
    stopsAtMs = now() + shutdownRules.withinMs
    log.info({}, 'draining')
    reach.drain()
    await listening.close(shutdownRules.drainWithinMs)
  } finally {
    await internal?.close(0)
    await reach.close(stopsAtMs && stopsAtMs - now())
  }
  log.info({}, 'stopped')
  return 0
}
