/** The demo: sandbox and server together on a fresh machine. */
import { resolve } from 'node:path'
import { pino } from 'pino'
import { demoSettings } from '../demo/settings.ts'
import { tour } from '../demo/tour.ts'
import { startWords } from '../demo/words.ts'
import { listen } from '../listen.ts'
import { createReachServer } from '../reach-server.ts'
import { listenSandbox } from '../sandbox/listen.ts'
import { createAdvancingClock } from '../world.ts'
import type { Command } from './command.ts'

export const start: Command = async ({ env, print, stopped }) => {
  const { config, sandboxPort, apiKey } = demoSettings(env, resolve('data'))
  // One platform time for both: POST /sandbox/clock moves the server's too.
  const clock = createAdvancingClock()
  const sandbox = await listenSandbox({
    apps: config.apps,
    clock,
    port: sandboxPort,
    host: config.host,
  })
  // It listens: whatever fails from here on has to end it, or the process would stay.
  try {
    const log = pino({ level: 'warn' })
    // The sandbox forgets its tokens when it ends, and the database would not.
    const settings = { ...config, apiBase: sandbox.url, keepTokens: false }
    const reach = createReachServer(settings, { clock, log })
    sandbox.sandbox.onEdition((edition, appId) => reach.apps.setEdition(appId, edition))
    try {
      const listening = await listen(reach.createApp().callback(), config)
      reach.start()
      const { appId } = config.apps[0]!
      const places = { server: listening.url, sandbox: sandbox.url, apiKey, appId }
      print(startWords(places, tour(appId, Date.now().toString(36))))
      await stopped
      await listening.close(2_000)
    } finally {
      await reach.close()
    }
  } finally {
    await sandbox.close()
  }
  return 0
}
