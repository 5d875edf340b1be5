/** The demo: sandbox and server together, without any setting. */
import type { RequestListener } from 'node:http'
import { resolve } from 'node:path'
import { pino } from 'pino'
import { createMetrics } from '../metrics/metrics.ts'
import { createReachServer } from '../reach-server.ts'
import { shutdownRules } from '../rules/process.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { listen, type Listening } from '../runtime/listen.ts'
import { createAdvancingClock, systemRandom } from '../runtime/world.ts'
import { listenSandbox } from '../sandbox/listen.ts'
import type { SandboxApp } from '../sandbox/sandbox.ts'
import type { Command } from './command.ts'
import { listenInternally, publicPart } from './internal-port.ts'
import { createDemoBackend } from './demo-backend.ts'
import { createDemoListener } from './demo-listener.ts'
import { demoSettings } from './demo-settings.ts'
import { startDemoSimulator, type DemoSimulator } from './demo-simulator.ts'
import type { DemoAddresses } from './tour.ts'

export const start: Command = async ({ env, print, stopped }) => {
  const folder = resolve('data')
  const { config, sandboxPort, simulatorPort, apiKey } = demoSettings(env, folder)
  // One platform clock for both: POST /sandbox/clock advances the server's too.
  const clock = createAdvancingClock()
  const log = pino({ level: 'warn' })
  // Each needs the other's address: the server listens first and serves once the sandbox listens.
  let serve: RequestListener = (_request, response) => response.writeHead(503).end()
  const listening = await listen((request, response) => serve(request, response), config)
  try {
    const sandbox = await listenSandbox({
      apps: config.apps.map((app) => sandboxApp(app, listening.url)),
      clock,
      port: sandboxPort,
      host: config.host,
    })
    try {
      const reach = createReachServer(
        {
          ...config,
          apiBase: sandbox.url,
          // The sandbox forgets its tokens when it stops, so stored ones would be invalid.
          keepTokens: false,
          consoleDemo: { apiKey, sandbox: '/sandbox' },
          metrics: createMetrics(),
        },
        { clock, log },
      )
      sandbox.sandbox.onEdition((edition, appId) => reach.apps.setEdition(appId, edition))
      let internal: Listening | undefined
      let simulator: DemoSimulator | undefined
      try {
        await reach.ready()
        internal = await listenInternally(reach, config)
        const app = config.apps[0]!
        serve = createDemoListener({
          server: reach.createApp(publicPart(config)).callback(),
          sandbox: sandbox.listener,
          backend: createDemoBackend({
            reach: reach.app(app.appId),
            app,
            sandbox: sandbox.url,
            random: systemRandom,
          }),
        })
        reach.start()
        const { appId } = app
        const demo = { server: listening.url, sandbox: sandbox.url, apiKey, appId, folder }
        simulator = await startDemoSimulator({
          ...demo,
          port: simulatorPort,
          host: config.host,
        })
        print(introduction({ ...demo, simulator: simulator?.url }))
        await stopped
        await listening.close(shutdownRules.demoDrainWithinMs)
      } finally {
        await simulator?.close()
        await internal?.close(0)
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

/**
 * The sandbox's side of an app: it pushes to the server with the token and key that the server
 * expects.
 */
function sandboxApp(app: ReachApp, serverUrl: string): SandboxApp {
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

interface Introduced extends DemoAddresses {
  appId: string
  folder: string
  simulator: string | undefined
}

function introduction(demo: Introduced): string {
  return [
    `wx-reach is running. Open ${demo.server}/ in a browser: the console shows what happens.`,
    'Nothing here calls the real platform.',
    '',
    `  API            ${demo.server}/openapi.json   API key: ${demo.apiKey}, app: ${demo.appId}`,
    `  sandbox        ${demo.sandbox}   plays api.weixin.qq.com and its users`,
    ...(demo.simulator === undefined
      ? []
      : [`  simulator      ${demo.simulator}   plays the mini-program, with its chats`]),
    '  mini-program   open this folder in WeChat DevTools; it uses both',
    `  data           ${demo.folder}; to start afresh, stop the demo and delete it`,
    '',
    '`npm run walk` in another terminal sends a message step by step, and prints each request.',
    'Ctrl+C stops all three.',
  ].join('\n')
}
