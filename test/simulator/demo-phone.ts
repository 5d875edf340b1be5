/** The demo on a simulated phone, against a server and a sandbox of the test. */
import { resolve } from 'node:path'
import { createDemoBackend } from '../../server/commands/demo-backend.ts'
import { listen } from '../../server/runtime/listen.ts'
import { systemRandom } from '../../server/runtime/world.ts'
import { app, startReach, type StartedReach } from '../support/server/start-reach.ts'
import { launch, type LaunchOptions, type PlayedPhone } from 'wx-reach-simulator/test'

/** The app that the demo's config.ts names. */
const appId = 'wx0000000000sandbox'

export const demoFolder = resolve(__dirname, '../..')

export interface StartedDemo extends StartedReach {
  /** The backend of the demo's mini-program. */
  backendUrl: string
}

export async function startDemoReach(): Promise<StartedDemo> {
  const push = { pushToken: 'token-of-the-simulated-pushes', pushMode: 'plain' } as const
  const reach = await startReach({ apps: [{ ...app, appId, ...push }], noteTraffic: false })
  await fetch(`${reach.sandboxUrl}/sandbox/push-config`, {
    method: 'POST',
    body: JSON.stringify({
      url: `${reach.url}/v1/push/${appId}`,
      token: push.pushToken,
      mode: push.pushMode,
      format: 'json',
    }),
  })
  const backend = createDemoBackend({
    reach: reach.reach.app(appId),
    app: { appId, secret: app.secret },
    sandbox: reach.sandboxUrl,
    random: systemRandom,
  })
  const { url: backendUrl, close } = await listen(backend, { port: 0, host: '127.0.0.1' })
  return {
    ...reach,
    backendUrl,
    async close() {
      await close(0)
      await reach.close()
    },
  }
}

/** The demo's addresses are those of `npm start`: they lead to the test's servers. */
export function launchDemo(
  reach: StartedDemo,
  options: Partial<LaunchOptions> = {},
): Promise<PlayedPhone> {
  const leads = (url: string) =>
    url
      .replace('http://127.0.0.1:3000/demo', `${reach.backendUrl}/demo`)
      .replace('http://127.0.0.1:3000', reach.url)
      .replace('http://127.0.0.1:3001', reach.sandboxUrl)
  return launch({
    folder: demoFolder,
    server: reach.url,
    sandbox: reach.sandboxUrl,
    appId,
    fetch: (url, init) => fetch(leads(url), init),
    ...options,
  })
}

/** As the simulator names its users at the sandbox. */
export const openIdOf = (user: string): string => `oSim_${user}`.padEnd(28, '0')

/** Until the condition holds: what a phone sends arrives in its own time. */
export async function until(condition: () => Promise<boolean>, within = 60_000): Promise<void> {
  const end = Date.now() + within
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the condition did not become true in time')
    await new Promise((again) => setTimeout(again, 50))
  }
}
