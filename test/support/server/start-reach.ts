/** A real server and a real sandbox on ports of their own, one platform time for both. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApiKey } from '../../../server/config/api-keys.ts'
import { scopes } from '../../../shared/codes.ts'
import { createMetrics } from '../../../server/metrics/metrics.ts'
import { createReachServer } from '../../../server/reach-server.ts'
import type { ReachServer, ReachServerConfig } from '../../../server/reach-server.ts'
import type { Edition } from '../../../server/rules/credits.ts'
import type { ReachApp } from '../../../server/runtime/apps.ts'
import { listen } from '../../../server/runtime/listen.ts'
import { createAdvancingClock, systemRandom } from '../../../server/runtime/world.ts'
import type { AdvancingClock, Random } from '../../../server/runtime/world.ts'
import { listenSandbox } from '../../../server/sandbox/listen.ts'
import { createSecrets } from '../logs/secrets.ts'
import { createDrivenMonotonic, type DrivenMonotonic } from './driven-monotonic.ts'
import { createAsk, type Ask } from './http-client.ts'
import { noting } from './noting-ask.ts'
import { createPhone, type Phone } from './phone.ts'
import { createRecordedLog } from '../logs/recorded-log.ts'

/** Noon in Shanghai. */
export const startMs = Date.parse('2018-06-01T04:00:00Z')

export const app: ReachApp = {
  appId: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  edition: '2018',
}
/** Does all; `keyFor` makes others. */
export const apiKey = 'the-key-that-may-do-all'

export interface ReachOptions {
  edition?: Edition
  apps?: readonly ReachApp[]
  apiKeys?: readonly ApiKey[]
  trustedProxies?: number
  /** Default `startMs`. */
  nowMs?: number
  /** Default: the system's. */
  random?: Random
  /**
   * Remember what passes in secret fields, so that no log line may hold it. Default: true. Random
   * traffic is not remembered: its short values stand in log lines by chance.
   */
  noteTraffic?: boolean
  /** Whatever else the server is made with. */
  settings?: Partial<ReachServerConfig>
}

export interface StartedReach {
  url: string
  sandboxUrl: string
  /** Asks the server with the API key that may do all. */
  ask: Ask
  /** Asks the sandbox: its controls and its API. */
  sandbox: Ask
  /** A user of the sandbox whose phone has signed in. */
  phone(openId: string, appId?: string): Promise<Phone>
  clock: AdvancingClock
  monotonic: DrivenMonotonic
  reach: ReachServer
  lines: readonly string[]
  /** @throws when a log line holds a secret */
  close(): Promise<void>
}

export async function startReach(options: ReachOptions = {}): Promise<StartedReach> {
  const apps = (options.apps ?? [app]).map((one) => ({
    ...one,
    edition: options.edition ?? one.edition,
  }))
  const clock = createAdvancingClock(() => options.nowMs ?? startMs)
  const monotonic = createDrivenMonotonic()
  const log = createRecordedLog()
  const secrets = createSecrets()
  secrets.note(apps)

  const sandboxed = await listenSandbox({ apps, clock, monotonic })
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-test-'))
  const reach = createReachServer(
    {
      apps,
      apiBase: sandboxed.url,
      apiKeys: [{ key: apiKey, scopes }, ...(options.apiKeys ?? [])],
      secretKeys: [systemRandom(32)],
      database: { engine: 'sqlite', path: join(folder, 'reach.db') },
      trustedProxies: options.trustedProxies ?? 0,
      metrics: createMetrics({ process: false, monotonic }),
      ...options.settings,
    },
    { clock, monotonic, log, ...(options.random && { random: options.random }) },
  )
  const listening = await listen(reach.createApp().callback(), { port: 0, host: '127.0.0.1' })
  const noted = (ask: Ask) => (options.noteTraffic === false ? ask : noting(ask, secrets))
  const ask = noted(createAsk(listening.url, apiKey))
  const sandbox = noted(createAsk(sandboxed.url, null))
  secrets.noteText(apiKey)

  return {
    url: listening.url,
    sandboxUrl: sandboxed.url,
    ask,
    sandbox,
    phone: (openId, appId = apps[0]!.appId) => createPhone({ ask, sandbox, clock }, openId, appId),
    clock,
    monotonic,
    reach,
    lines: log.lines,
    async close() {
      await sandbox('GET /sandbox/calls')
      await listening.close(0)
      // Before the server: it waits for open calls, which the sandbox may hold.
      await sandboxed.close()
      await reach.close()
      rmSync(folder, { recursive: true })
      const leaked = secrets.foundIn(log.lines)
      if (leaked.length > 0) throw new Error(`The log holds what it must not: ${leaked.join(', ')}`)
    },
  }
}
