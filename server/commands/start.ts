/** The demo: sandbox and server together, without any setting. */
import type { RequestListener } from 'node:http'
import { resolve } from 'node:path'
import { pino } from 'pino'
import { createMetrics } from '../metrics/metrics.ts'
import { createReachServer } from '../reach-server.ts'
import { shutdownRules } from '../rules/process.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { listen, type Listening } from '../runtime/listen.ts'
import { createAdvancingClock } from '../runtime/world.ts'
import { listenSandbox } from '../sandbox/listen.ts'
import type { SandboxApp } from '../sandbox/sandbox.ts'
import type { Command } from './command.ts'
import { listenInternally, publicPart } from './internal-port.ts'
import { demoSettings } from './demo-settings.ts'
import { commandOf, tour, type Chapter, type DemoAddresses } from './tour.ts'

export const start: Command = async ({ env, print, stopped }) => {
  const folder = resolve('data')
  const { config, sandboxPort, apiKey } = demoSettings(env, folder)
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
          metrics: createMetrics(),
        },
        { clock, log },
      )
      sandbox.sandbox.onEdition((edition, appId) => reach.apps.setEdition(appId, edition))
      let internal: Listening | undefined
      try {
        await reach.ready()
        internal = await listenInternally(reach, config)
        serve = reach.createApp(publicPart(config)).callback()
        reach.start()
        const { appId } = config.apps[0]!
        const demo = { server: listening.url, sandbox: sandbox.url, apiKey, appId, folder }
        print(introduction(demo, tour(appId, Date.now().toString(36))))
        await stopped
        await listening.close(shutdownRules.demoDrainWithinMs)
      } finally {
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

function introduction(
  demo: DemoAddresses & { appId: string; folder: string },
  chapters: readonly Chapter[],
): string {
  return [
    'wx-reach is running. Nothing here calls the real platform.',
    '',
    `  server         ${demo.server}   API key: ${demo.apiKey}, app: ${demo.appId}`,
    `  API            ${demo.server}/openapi.json`,
    `  sandbox        ${demo.sandbox}   simulates api.weixin.qq.com and its users`,
    '  mini-program   open this folder in WeChat DevTools; it uses both',
    `  data           ${demo.folder}; to start afresh, stop the demo and delete it`,
    '',
    'Try these commands in another terminal, in order, or let `npm run walk` perform them (with',
    'the same PORT and SANDBOX_PORT, if you set them). The age of an event is `sentAt` minus `at`:',
    '0 and 0 means now.',
    ...chapters.flatMap(({ title, steps }) => [
      '',
      `# ${title}`,
      ...steps.flatMap((step) => ['', `# ${step.says}`, commandOf(step, demo)]),
    ]),
    '',
    'Ctrl+C stops both.',
  ].join('\n')
}
