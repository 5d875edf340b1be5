/** The demo: sandbox and server together on a fresh machine. */
import type { RequestListener } from 'node:http'
import { resolve } from 'node:path'
import { pino } from 'pino'
import { demoSettings } from '../demo/settings.ts'
import { tour } from '../demo/tour.ts'
import { startWords } from '../demo/words.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { createReachServer } from '../reach-server.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { listen } from '../runtime/listen.ts'
import { createAdvancingClock } from '../runtime/world.ts'
import { listenSandbox } from '../sandbox/listen.ts'
import type { SandboxApp } from '../sandbox/sandbox.ts'
import type { Command } from './command.ts'

export const start: Command = async ({ env, print, stopped }) => {
  const folder = resolve('data')
  const { config, sandboxPort, apiKey } = demoSettings(env, folder)
  // One platform time for both: POST /sandbox/clock moves the server's too.
  const clock = createAdvancingClock()
  const log = pino({ level: 'warn' })
  // Each needs the other's address: the server listens first, and answers once it knows the sandbox.
  let answer: RequestListener = (_request, response) => response.writeHead(503).end()
  const listening = await listen((request, response) => answer(request, response), config)
  try {
    const sandbox = await listenSandbox({
      apps: config.apps.map((app) => playedBy(app, listening.url)),
      clock,
      port: sandboxPort,
      host: config.host,
    })
    try {
      // The sandbox forgets its tokens when it ends, and the database would not.
      const changed = { apiBase: sandbox.url, keepTokens: false, metrics: createMetrics() }
      const settings = { ...config, ...changed }
      const reach = createReachServer(settings, { clock, log })
      sandbox.sandbox.onEdition((edition, appId) => reach.apps.setEdition(appId, edition))
      try {
        await reach.ready()
        answer = reach.createApp().callback()
        reach.start()
        const { appId } = config.apps[0]!
        const places = { server: listening.url, sandbox: sandbox.url, apiKey, appId, folder }
        print(startWords(places, tour(appId, Date.now().toString(36))))
        await stopped
        await listening.close(2_000)
      } finally {
        await reach.close()
      }
    } finally {
      await sandbox.close()
    }
  } finally {
    await listening.close(0)
  }
  return 0
}

/** The app as the sandbox plays it: it pushes to the server, with the server's own token and key. */
function playedBy(app: ReachApp, serverUrl: string): SandboxApp {
  const { appId, secret, edition, pushToken: token, pushAesKey: aesKey, pushMode: mode } = app
  if (token === undefined || mode === undefined) return { appId, secret, edition }
  const url = `${serverUrl.replace('0.0.0.0', '127.0.0.1')}/v1/push/${appId}`
  return {
    appId,
    secret,
    edition,
    push: { url, token, mode, format: 'json', ...(aesKey !== undefined && { aesKey }) },
  }
}
