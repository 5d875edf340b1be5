import type { ReachApp } from '../runtime/apps.ts'
import type { JsonObject } from '../runtime/encoding.ts'
import { decodeReply } from './http.ts'
import type { WechatReply } from './http.ts'
import type { WechatHttp } from './http.ts'

export interface SignedIn {
  openId: string
  /** Base64 of 16 bytes. Never leaves the server. */
  sessionKey: string
  unionId?: string
}

const path = '/sns/jscode2session'

/**
 * Exchanges a login code. Needs no access_token, and is never tried again: a code is good once, so
 * a second try after a lost reply would only say that it was used (platform: jscode2session).
 */
export async function codeToSession(
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
  return decodeReply(`GET ${path}`, await http.call({ method: 'GET', path, query }), decode)
}

function decode(body: JsonObject): SignedIn | undefined {
  const { openid: openId, session_key: sessionKey, unionid: unionId } = body
  if (typeof openId !== 'string' || openId === '' || typeof sessionKey !== 'string')
    return undefined
  return { openId, sessionKey, ...(typeof unionId === 'string' ? { unionId } : {}) }
}
