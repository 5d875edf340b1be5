import { createReachServer, createTokenService, readConfig } from 'wx-reach-server'
import type { ReachServer } from 'wx-reach-server'

/** wx-reach takes the token of the service that you have, and fetches none. */
export function createServer(env: Record<string, string | undefined>): ReachServer {
  const tokens = createTokenService({
    url: env.TOKEN_URL!,
    headers: { Authorization: `Bearer ${env.TOKEN_KEY}` },
  })
  return createReachServer({ ...readConfig(env), tokens: () => tokens })
}
