import type { ReachApp } from '../runtime/apps.ts'
import type { JsonObject } from '../runtime/encoding.ts'
import { isValue } from '../verify/values.ts'
import type { WechatHttp, WechatReply } from './http.ts'

export interface SignedIn {
  openId: string
  /** Base64 of 16 bytes. Never leaves the server. */
  sessionKey: string
  unionId?: string
}

/**
 * Exchanges a login code. Needs no access_token, and is never tried again: a code is good once, so
 * a second try after a lost reply would only say that it was used (platform: jscode2session).
 */
export function codeToSession(
  http: WechatHttp,
  app: ReachApp,
  code: string,
): Promise<WechatReply<SignedIn>> {
  const query = {
    appid: app.appId,
    secret: app.secret,
    js_code: code,
    grant_type: 'authorization_code',
  }
  return http.call({ method: 'GET', path: '/sns/jscode2session', query }, decode)
}

function decode(body: JsonObject): SignedIn | undefined {
  const { openid: openId, session_key: sessionKey, unionid: unionId } = body
  if (!isValue('openId', openId) || typeof sessionKey !== 'string') return undefined
  return { openId, sessionKey, ...(typeof unionId === 'string' ? { unionId } : {}) }
}
