/**
 * The services that a bench's requests touch, on a store of its choice, with a WeChat that answers at once. Left out are
 * signing in, so that no session is looked up, and the limits of requests.
 */
import { createApp } from '../server/http/app.ts'
import { routes } from '../server/http/routes/routes.ts'
import { createApiKeys } from '../server/config/api-keys.ts'
import type { Services } from '../server/http/services.ts'
import { createLedger } from '../server/ledger/send.ts'
import { createApps } from '../server/runtime/apps.ts'
import { listen } from '../server/runtime/listen.ts'
import type { Listening } from '../server/runtime/listen.ts'
import {
  createMonotonicClock,
  createSystemClock,
  silentLog,
  systemRandom,
} from '../server/runtime/world.ts'
import type { Store, UserNumber } from '../server/store/store.ts'

export const world = {
  clock: createSystemClock(),
  monotonic: createMonotonicClock(),
  random: systemRandom,
  log: silentLog,
}
export const app = { appId: 'wxbench0000000000', secret: 'bench', edition: '2018' } as const
export const apiKey = 'bench-key'

/** What the requests of the benches ask of a store. */
export type TouchedStore = Pick<Store, 'ingest' | 'openMessage' | 'settle'>

const sent = async () => ({ result: 'answered', errcode: 0, errmsg: 'ok', body: {} }) as const

/** A phone's token is `user-N`, and its user's number N + 1. */
export function benchServices(store: TouchedStore): Services {
  const apps = createApps([app])
  const sessions: Partial<Services['sessions']> = {
    verify: async (token) => ({
      appId: app.appId,
      openId: token,
      user: (Number(token.slice(5)) + 1) as UserNumber,
      expiresAtMs: Infinity,
    }),
    openKeys: async () => [],
  }
  const touched: Partial<Services> = {
    apps,
    apiKeys: createApiKeys([{ key: apiKey, scopes: ['send'] }]),
    store: store as Store,
    sessions: sessions as Services['sessions'],
    ledger: createLedger({
      store: store as Store,
      world,
      apps,
      senders: { template: sent, subscribe: sent, customer: sent },
    }),
    requestLimit: { take: async () => undefined },
    longTermTemplates: async () => () => false,
    world,
  }
  return touched as Services
}

export const listenWith = (services: Services): Promise<Listening> =>
  listen(createApp(routes, services).callback(), { port: 0, host: '127.0.0.1' })
