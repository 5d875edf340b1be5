/** The access_token, and the credentials behind it. */
import type { Rows } from './row.ts'

const secretAdvice =
  'Copy AppID and AppSecret again from 开发管理 → 开发设置 into WECHAT_APPID and WECHAT_SECRET; looking the secret up there resets it.'

export const credentials: Rows = {
  40001: {
    meaning: 'token_invalid',
    outcome: 'token_bad',
    reason: 'credentials',
    advice:
      'WeChat refused a fresh access_token too. Compare WECHAT_APPID and WECHAT_SECRET with 开发管理 → 开发设置, and let nothing else fetch tokens for this app.',
    source: 'seeds/000 返回码说明',
    in: {
      token: {
        meaning: 'secret_wrong',
        outcome: 'message_bad',
        reason: 'credentials',
        advice: secretAdvice,
        source: 'seeds/000 返回码说明: 获取 access_token 时 AppSecret 错误',
      },
      signIn: {
        meaning: 'secret_wrong',
        outcome: 'message_bad',
        reason: 'credentials',
        advice: secretAdvice,
        source: 'seeds/000 返回码说明',
      },
    },
  },
  40002: {
    meaning: 'grant_type_invalid',
    outcome: 'message_bad',
    reason: 'credentials',
    advice: `WeChat refused the kind of credential. ${secretAdvice}`,
    source: 'seeds/000 返回码说明; platform: access_token',
  },
  40013: {
    meaning: 'app_id_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'An appId in the message, or WECHAT_APPID, is not one that WeChat knows: compare both.',
    source: 'seeds/001 获取 access_token',
    in: {
      token: {
        meaning: 'app_id_invalid',
        outcome: 'message_bad',
        reason: 'credentials',
        advice: 'WeChat knows no such AppID: copy WECHAT_APPID from 开发管理 → 开发设置.',
        source: 'seeds/001 获取 access_token',
      },
      signIn: {
        meaning: 'app_id_invalid',
        outcome: 'message_bad',
        reason: 'credentials',
        advice: 'WeChat knows no such AppID: copy WECHAT_APPID from 开发管理 → 开发设置.',
        source: 'platform: access_token',
      },
    },
  },
  40014: {
    meaning: 'token_invalid',
    outcome: 'token_bad',
    reason: 'credentials',
    advice: 'WeChat refused a fresh access_token too. Let nothing else fetch tokens for this app.',
    source: 'platform: access_token',
  },
  40066: {
    meaning: 'address_invalid',
    outcome: 'message_bad',
    reason: 'not_in_edition',
    advice:
      'WeChat offers nothing at this address: compare WECHAT_EDITION and WECHAT_API_BASE with what the call needs.',
    source: 'platform: error codes',
  },
  40125: {
    meaning: 'secret_wrong',
    outcome: 'message_bad',
    reason: 'credentials',
    advice: secretAdvice,
    source: 'platform: access_token',
  },
  40164: {
    meaning: 'address_not_allowed',
    outcome: 'message_bad',
    reason: 'credentials',
    advice:
      "Add this server's public address, which errmsg names, to the IP white list under 开发管理 → 开发设置.",
    source: 'platform: access_token',
  },
  40243: {
    meaning: 'secret_frozen',
    outcome: 'message_bad',
    reason: 'credentials',
    advice: 'The AppSecret is frozen: unfreeze it under 开发管理 → 开发设置.',
    source: 'platform: access_token',
  },
  41002: {
    meaning: 'app_id_missing',
    outcome: 'message_bad',
    reason: 'credentials',
    advice: 'Set WECHAT_APPID: copy it from 开发管理 → 开发设置.',
    source: 'platform: access_token',
  },
  41004: {
    meaning: 'secret_missing',
    outcome: 'message_bad',
    reason: 'credentials',
    advice: 'Set WECHAT_SECRET: copy it from 开发管理 → 开发设置.',
    source: 'platform: access_token',
  },
  42001: {
    meaning: 'token_expired',
    outcome: 'token_bad',
    reason: 'credentials',
    advice: 'WeChat refused a fresh access_token too. Let nothing else fetch tokens for this app.',
    source: 'platform: access_token',
  },
  50004: {
    meaning: 'token_call_forbidden',
    outcome: 'message_bad',
    reason: 'credentials',
    advice: 'This app may not fetch tokens: see its standing at mp.weixin.qq.com.',
    source: 'platform: access_token',
  },
  89503: {
    meaning: 'needs_admin_consent',
    outcome: 'message_bad',
    reason: 'credentials',
    advice: 'The administrator of the app must confirm this call in WeChat; then try again.',
    source: 'platform: access_token',
  },
}
