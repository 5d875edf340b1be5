import { createReachClient, type ReachApi } from 'wx-reach-server/client'

export const reachOf = (env: Record<string, string | undefined>): ReachApi =>
  createReachClient({ baseUrl: env.REACH_URL!, apiKey: env.REACH_API_KEY! })
