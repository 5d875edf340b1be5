/** The two ways to the operations of a server. */
import { createReachClient, type ReachApi } from '../../server/client/index.ts'
import { apiKey, type StartedReach } from '../support/server/start-reach.ts'

type Way = (server: StartedReach, appId?: string) => ReachApi

export const ways: [name: string, way: Way][] = [
  ['in process', ({ reach }, appId) => reach.app(appId)],
  ['over HTTP', ({ url }, appId) => createReachClient({ baseUrl: url, apiKey, appId, retries: 0 })],
]
