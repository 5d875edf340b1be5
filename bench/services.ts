/**
 * The services that a bench's requests touch, on a store of its choice, with a WeChat that answers at once. Left out are
 * signing in, so that no session is looked up, and the limits of requests.
 */
import { createApiKeys } from '../server/api-keys.ts'
import { createApp } from '../server/app.ts'
import { createApps } from '../server/apps.ts'
import { createLedger } from '../server/ledger/ledger.ts'
import { listen } from '../server/listen.ts'
import type { Listening } from '../server/listen.ts'
import type { Services } from '../server/services.ts'
import type { Store, UserNumber } from '../server/store/store.ts'
import {
  createMonotonicClock,
  createSystemClock,
  silentLog,
  systemRandom,
} from '../server/world.ts'

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

const sent = async () => ({ fate: 'answered', errcode: 0, errmsg: 'ok', body: {} }) as const

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
  listen(createApp(services).callback(), { port: 0, host: '127.0.0.1' })
