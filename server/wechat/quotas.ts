/** What is left of the daily quotas of the account. */
import { isObject, wholeOf, type JsonObject } from '../runtime/encoding.ts'
import type { Authorized, AuthorizedReply } from './call.ts'

export interface Quota {
  /** Calls a day; 0: WeChat names no limit. */
  limit: number
  used: number
}

/**
 * The quota of one API, by its path (platform: openapi/quota/get, edition 2026). Asking uses up
 * nothing.
 */
export function getQuota(authorized: Authorized, path: string): Promise<AuthorizedReply<Quota>> {
  return authorized({
    path: '/cgi-bin/openapi/quota/get',
    body: { cgi_path: path },
    decode: ({ quota }) => (isObject(quota) ? decodeQuota(quota) : undefined),
  })
}

function decodeQuota({ daily_limit: given, used: spent }: JsonObject): Quota | undefined {
  const [limit, used] = [wholeOf(given), wholeOf(spent)]
  return limit === undefined || used === undefined ? undefined : { limit, used }
}
