/**
 * Calls without an access_token, in 微信云托管: its 开放接口服务 takes calls of
 * http://api.weixin.qq.com that a container makes, and adds the token of the mini-program.
 */
import type { AccessToken, TokenSource } from './token.ts'

/** No token: a call that would carry it carries none. */
export const noToken = ''

const none: { ok: true; refreshed: false } & AccessToken = {
  ok: true,
  refreshed: false,
  accessToken: noToken,
  expiresAtMs: Infinity,
}

/** A call that WeChat refuses for its token is not made again: there is no other one. */
export const cloudTokens: TokenSource = {
  current: async () => none,
  refresh: async () => none,
  renew: async () => none,
}
