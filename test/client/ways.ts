/** The two ways to the operations of a server. */
import { createReachClient } from '../../server/client/index.ts'
import type { ReachApi } from '../../server/index.ts'
import { apiKey, type StartedReach } from '../support/server/start-reach.ts'

type Way = (server: StartedReach, appId?: string) => ReachApi

export const ways: [name: string, way: Way][] = [
  ['in process', ({ reach }, appId) => reach.app(appId)],
  ['over HTTP', ({ url }, appId) => createReachClient({ baseUrl: url, apiKey, appId, retries: 0 })],
]
