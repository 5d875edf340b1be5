/** What this app may do, how often, and how fast. */
import type { Rows } from './row.ts'

export const limits: Rows = {
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
    outcome: 'not_permitted',
    reason: 'retired',
    advice: 'WeChat retired template messages on 2020-01-10: send subscribe messages instead.',
    source: 'platform: formId and subscribe messages',
  },
  45109: {
    meaning: 'uniform_send_retired',
    outcome: 'not_permitted',
    reason: 'retired',
    advice: 'WeChat retired uniform_send: send subscribe messages instead.',
    source: 'platform: formId and subscribe messages',
  },
  48001: {
    meaning: 'api_forbidden',
    outcome: 'not_permitted',
    reason: 'channel_shut',
    advice:
      'This app may not call this API: see 功能 and the notices (站内信) at mp.weixin.qq.com; a punished channel opens by itself in time.',
    source: 'seeds/000 返回码说明; seeds/001 处罚说明',
  },
}
