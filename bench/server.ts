/**
 * The server under load: its HTTP app on a store of the bench's choice, with an injected WeChat
 * that answers at once. Sessions are not looked up, and limits by user are left out.
 */
import { createApiKeys } from '../server/http/callers.ts'
import { createApp } from '../server/http/app.ts'
import { routes } from '../server/http/routes/routes.ts'
import type { Services } from '../server/http/services.ts'
import { createLedger } from '../server/ledger/send.ts'
import { createRequestLimits } from '../server/limits/limits.ts'
import { minute } from '../server/rules/time.ts'
import { createApps } from '../server/runtime/apps.ts'
import { listen, type Listening } from '../server/runtime/listen.ts'
import {
  createMonotonicClock,
  createSystemClock,
  silentLog,
  systemRandom,
} from '../server/runtime/world.ts'
import type { Store, UserNumber } from '../server/store/store.ts'
import { seconds, type Side } from './compare.ts'
import { wrk } from './wrk.ts'

export const world = {
  clock: createSystemClock(),
  monotonic: createMonotonicClock(),
  random: systemRandom,
  log: silentLog,
}
export const appIdOf = (n: number) => `wxbench${String(n).padStart(10, '0')}`
const appOf = (n: number) => ({ appId: appIdOf(n), secret: 'bench', edition: '2018' }) as const
export const app = appOf(0)
export const apiKey = 'bench-key'

/** Never reached. */
const limits = createRequestLimits(
  {
    store: { countRequest: async ({ by = 1 }) => ({ count: by, leftMs: minute }) },
    monotonic: world.monotonic,
  },
  { perKeyMinute: 1e9 },
)

/** The store operations that the requests of the benches use. */
export type TouchedStore = Pick<Store, 'ingest' | 'openMessage' | 'settle'>

const sent = async () => ({ result: 'answered', errcode: 0, errmsg: 'ok', body: {} }) as const

/**
 * The session token `user-N` belongs to the user with the number N + 1.
 *
 * @param served how many apps
 */
export function benchServices(store: TouchedStore, served = 1): Services {
  const apps = createApps(Array.from({ length: served }, (_, n) => appOf(n)))
  const sessions: Partial<Services['sessions']> = {
    verify: async (token) => ({
      appId: app.appId,
      openId: token,
      user: (Number(token.slice(5)) + 1) as UserNumber,
      expiresAtMs: Infinity,
      tokenHash: Buffer.of(),
    }),
    openKeys: async () => [],
  }
  const touched: Partial<Services> = {
    apps,
    apiKeys: createApiKeys({
      keys: [{ key: apiKey, scopes: ['send'] }],
      store: store as Store,
      world,
    }),
    store: store as Store,
    sessions: sessions as Services['sessions'],
    ledger: createLedger({
      store: store as Store,
      world,
      apps,
      senders: { template: sent, subscribe: sent, customer: sent },
    }),
    limits: { ...limits, user: { take: () => undefined } },
    longTermTemplates: async () => () => false,
    world,
  }
  return touched as Services
}

export const listenWith = (services: Services): Promise<Listening> =>
  listen(createApp(routes, services).callback(), { port: 0, host: '127.0.0.1' })

/** Enough that the load never limits the size of a group commit. */
export const connections = 128

interface Serving extends Side {
  /** Resolves when no request is under way. */
  close(): Promise<void>
}

/**
 * A side that measures requests per second of a script in bench/lua. No run repeats an id.
 *
 * @param more arguments of the script
 */
export async function serve(
  name: string,
  services: Services,
  script: string,
  users: number,
  ...more: number[]
): Promise<Serving> {
  const listening = await listenWith(services)
  const { url } = listening
  let runs = 0
  return {
    name,
    measure: () =>
      wrk({
        url,
        seconds,
        connections,
        script,
        args: [users, `${name.length}${++runs}-`, ...more],
      }),
    async close() {
      await listening.close(1_000)
      await services.ledger.idle()
    },
  }
}
