/**
 * What each errcode means: the one table of foreign codes. `seeds` are the platform's pages of 2018, `platform`
 * its documentation as of 2026. The outcomes are those of the send; a code that means something else in another
 * call says so under `in`.
 */
import type { RefusalCode } from '../../shared/codes.ts'

/** The calls in which a code may mean something of its own. */
export type Call = 'send' | 'token' | 'signIn' | 'code'

/** What the answer does to a message and to the credit that it used. */
export type Outcome =
  'sent' | 'credit_bad' | 'message_bad' | 'may_not' | 'busy' | 'quota' | 'token_bad'

interface Described {
  /** A stable snake_case word. */
  meaning: string
  /** What the reader does next. */
  advice: string
  source: string
}

export type Meaning =
  | (Described & { outcome: 'sent' })
  | (Described & {
      outcome: Exclude<Outcome, 'sent'>
      /** The code of a message that ends here; `busy` and `credit_bad` only when nothing is left to try. */
      reason: RefusalCode
    })

type Row = Meaning & { in?: Partial<Record<Exclude<Call, 'send'>, Meaning>> }

const secretAdvice =
  'Copy AppID and AppSecret again from 开发管理 → 开发设置 into WECHAT_APPID and WECHAT_SECRET; looking the secret up there resets it.'

export const errcodes: Readonly<Record<number, Row>> = {
  [-1]: {
    meaning: 'busy',
    outcome: 'busy',
    reason: 'deadline',
    advice: 'WeChat is busy. It is tried again until the deadline of the message.',
    source: 'seeds/000 返回码说明',
  },
  0: {
    meaning: 'ok',
    outcome: 'sent',
    advice: 'Nothing to do.',
    source: 'seeds/000 返回码说明',
  },

  // ---- the access_token, and the credentials behind it
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

  // ---- the credit
  41028: {
    meaning: 'form_id_invalid',
    outcome: 'credit_bad',
    reason: 'credits_bad',
    advice:
      'The formId or prepay_id is expired, invented or of another user. The user must submit a form or pay again.',
    source: 'seeds/001 发送模板消息',
  },
  41029: {
    meaning: 'form_id_used',
    outcome: 'credit_bad',
    reason: 'credits_bad',
    advice:
      'The formId was used before. If another system sends with it too, let only one of them do so.',
    source: 'seeds/001 发送模板消息',
  },
  43101: {
    meaning: 'not_subscribed',
    outcome: 'credit_bad',
    reason: 'credits_bad',
    advice: 'The user has no subscription left: ask with wx.requestSubscribeMessage again.',
    source: 'platform: subscribe/send',
  },
  43107: {
    meaning: 'subscription_banned',
    outcome: 'credit_bad',
    reason: 'credits_bad',
    advice: 'The user switched these messages off in the settings and must switch them on again.',
    source: 'platform: subscribe/send',
  },
  45015: {
    meaning: 'window_closed',
    outcome: 'credit_bad',
    reason: 'credits_bad',
    advice: 'The time to answer is over: wait until the user writes again.',
    source: 'seeds/000 返回码说明',
  },
  45047: {
    meaning: 'window_used_up',
    outcome: 'credit_bad',
    reason: 'credits_bad',
    advice: 'All messages of this window are used: wait until the user writes again.',
    source: 'seeds/000 返回码说明',
  },

  // ---- the message
  40003: {
    meaning: 'open_id_invalid',
    outcome: 'message_bad',
    reason: 'user_unknown',
    advice: 'The openId is not one of this app: check that it is not of another mini-program.',
    source: 'seeds/000 返回码说明',
  },
  40037: {
    meaning: 'template_unknown',
    outcome: 'message_bad',
    reason: 'template_unknown',
    advice: 'This account holds no such template: compare with GET /v1/templates.',
    source: 'seeds/001 发送模板消息',
  },
  41030: {
    meaning: 'page_unknown',
    outcome: 'message_bad',
    reason: 'page_unknown',
    advice: 'The page is not in the published mini-program: compare it with app.json, or publish.',
    source: 'seeds/001 发送模板消息; seeds/004 错误码',
  },
  45168: {
    meaning: 'sensitive_words',
    outcome: 'message_bad',
    reason: 'data_invalid',
    advice: 'The text holds words that WeChat does not carry: change it.',
    source: 'platform: subscribe/send',
  },
  47003: {
    meaning: 'data_invalid',
    outcome: 'message_bad',
    reason: 'data_invalid',
    advice: "A value breaks its field's type or length; errmsg names the field.",
    source: 'platform: subscribe/send',
  },

  // ---- what this app may do, how often, and how fast
  43108: {
    meaning: 'concurrent_send',
    outcome: 'busy',
    reason: 'deadline',
    advice: 'Several messages to one user at once. It is tried again until the deadline.',
    source: 'platform: subscribe/send',
  },
  45009: {
    meaning: 'quota_exhausted',
    outcome: 'quota',
    reason: 'quota',
    advice: 'The calls of this day are used up; it goes on at midnight in Shanghai.',
    source: 'seeds/001 发送模板消息',
    in: {
      code: {
        meaning: 'too_many_codes_this_minute',
        outcome: 'busy',
        reason: 'quota',
        advice: 'Codes of the kind `scene` are limited by the minute: make them ahead (预生成).',
        source: 'seeds/004 错误码',
      },
      token: {
        meaning: 'quota_exhausted',
        outcome: 'quota',
        reason: 'credentials',
        advice: 'Too many token calls today. Let only this server fetch tokens for this app.',
        source: 'platform: access_token',
      },
    },
  },
  45103: {
    meaning: 'template_send_retired',
    outcome: 'may_not',
    reason: 'retired',
    advice: 'WeChat retired template messages on 2020-01-10: send subscribe messages instead.',
    source: 'platform: formId and subscribe messages',
  },
  45109: {
    meaning: 'uniform_send_retired',
    outcome: 'may_not',
    reason: 'retired',
    advice: 'WeChat retired uniform_send: send subscribe messages instead.',
    source: 'platform: formId and subscribe messages',
  },
  48001: {
    meaning: 'api_forbidden',
    outcome: 'may_not',
    reason: 'channel_shut',
    advice:
      'This app may not call this API: see 功能 and the notices (站内信) at mp.weixin.qq.com; a punished channel opens by itself in time.',
    source: 'seeds/000 返回码说明; seeds/001 处罚说明',
  },

  // ---- sign-in and user data
  40029: {
    meaning: 'code_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The login code is not valid or five minutes old: call wx.login again.',
    source: 'platform: jscode2session',
  },
  40163: {
    meaning: 'code_used',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'A login code is good once: call wx.login again.',
    source: 'platform: jscode2session',
  },
  40226: {
    meaning: 'user_blocked',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'WeChat holds this user for a risk and lets nobody sign him in. Do not try again.',
    source: 'platform: jscode2session',
  },
  45011: {
    meaning: 'too_frequent',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'Too many calls for this user in a minute: wait, then try again.',
    source: 'platform: jscode2session',
    in: {
      signIn: {
        meaning: 'too_frequent',
        outcome: 'busy',
        reason: 'message_bad',
        advice: 'This user signs in too often: wait a minute, then call wx.login again.',
        source: 'platform: jscode2session',
      },
    },
  },
  65206: {
    meaning: 'left_the_group',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The user is not in that group any more: take the arrival without its group.',
    source: 'platform: getGroupEnterInfo',
  },
  87009: {
    meaning: 'signature_wrong',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The session_key is not the current one of this user: sign in again.',
    source: 'platform: checksession',
  },

  // ---- codes
  40097: {
    meaning: 'arguments_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'WeChat refused an argument; errmsg names it.',
    source: 'platform: codes',
  },
  40129: {
    meaning: 'scene_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The scene is too long or holds other characters than the page allows.',
    source: 'platform: codes',
  },
  40159: {
    meaning: 'path_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The path is empty or too long, counted in bytes.',
    source: 'platform: codes',
  },
  40169: {
    meaning: 'scene_length_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The scene is empty or longer than 32 characters.',
    source: 'platform: codes',
  },
  45029: {
    meaning: 'code_quota_exhausted',
    outcome: 'message_bad',
    reason: 'quota',
    advice: 'All 100,000 codes of the kinds `path` and `qrcode` are made: use the kind `scene`.',
    source: 'seeds/004 错误码',
  },
  85096: {
    meaning: 'parameter_reserved',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The path or scene holds `scancode_time`, which is reserved for WeChat: rename it.',
    source: 'platform: codes',
  },
}
