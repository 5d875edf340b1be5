/** What is left of the quotas, and the addresses of WeChat's servers (openApi 管理). */
import type { Account } from '../state/account.ts'
import { isRefusal, ok, refuse, text } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { identify } from './sign-in.ts'

/** @param played every endpoint of the sandbox, whose quotas are told and cleared. */
export function openApiEndpoints(played: () => readonly Endpoint[]): readonly Endpoint[] {
  return [
    quotaGet(played),
    clearQuota(played),
    clearQuotaBySecret(played),
    { ...serverAddresses, path: '/cgi-bin/get_api_domain_ip', editions: ['2026'] },
    { ...serverAddresses, path: '/cgi-bin/getcallbackip' },
  ]
}

/** Tells the quota of an endpoint, by the numbers that refuse its calls. */
function quotaGet(played: () => readonly Endpoint[]): Endpoint {
  return {
    method: 'POST',
    path: '/cgi-bin/openapi/quota/get',
    needs: 'token',
    editions: ['2026'],
    handle(body, account) {
      const path = text(body['cgi_path'])
      if (!path?.startsWith('/')) return refuse(76003)
      if (path.includes('/sns/')) return refuse(76022)
      const endpoint = played().find((each) => each.path === path)
      if (!endpoint) return refuse(76021)
      const daily = endpoint.daily?.(account)
      const [limit, used] = [daily?.limit() ?? 0, daily?.used() ?? 0]
      const quota = { daily_limit: limit, used, remain: Math.max(0, limit - used) }
      const rate = endpoint.rate?.(account)
      if (!rate) return ok({ quota })
      return ok({ quota, rate_limit: { call_count: rate.calls, refresh_second: rate.seconds } })
    },
  }
}

/** Clears the counts of the day, ten times a month. */
function clearQuota(played: () => readonly Endpoint[]): Endpoint {
  return {
    method: 'POST',
    path: '/cgi-bin/clear_quota',
    needs: 'token',
    handle: (body, account) =>
      body['appid'] === account.appId ? clearDay(account, played()) : refuse(40013),
  }
}

/** The same for an account without a token. SDKs send its fields in the query or in the body. */
function clearQuotaBySecret(played: () => readonly Endpoint[]): Endpoint {
  return {
    method: 'POST',
    path: '/cgi-bin/clear_quota/v2',
    needs: 'secret',
    takes: 'query',
    handle(fields, state) {
      const account = identify({ appid: fields['appid'], secret: fields['appsecret'] }, state)
      return isRefusal(account) ? account : clearDay(account, played())
    },
  }
}

function clearDay(account: Account, played: readonly Endpoint[]) {
  if (!account.quotaClears.spend()) return refuse(48006)
  for (const endpoint of played) endpoint.daily?.(account).clear()
  return ok()
}

/** The sandbox listens on this machine, and pushes from it. */
const serverAddresses = {
  method: 'GET',
  needs: 'token',
  handle: () => ({ ip_list: ['127.0.0.1', '::1'] }),
} as const
