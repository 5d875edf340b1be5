/** The server for real: settings from the environment alone, against the real platform. */
import { pino } from 'pino'
import { readConfig } from '../config.ts'
import { listen } from '../listen.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { createReachServer } from '../reach-server.ts'
import type { Command } from './command.ts'

/** How long requests under way may take once the process is asked to stop; the longest waits 10 s for a message. */
export const drainWithinMs = 15_000

export const serve: Command = async ({ env, stopped }) => {
  const config = readConfig(env)
  const log = pino()
  const reach = createReachServer({ ...config, metrics: createMetrics() }, { log })
  try {
    await reach.ready()
    const listening = await listen(reach.createApp().callback(), config)
    reach.start()
    log.info({ url: listening.url, apps: config.apps.length }, 'serving')
    await stopped
    log.info({}, 'draining')
    reach.drain()
    await listening.close(drainWithinMs)
  } finally {
    await reach.close()
  }
  log.info({}, 'stopped')
  return 0
}
