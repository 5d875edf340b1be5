/** The credit and the message. */
import type { Rows } from './row.ts'

export const sends: Rows = {
  41028: {
    meaning: 'form_id_invalid',
    outcome: 'credit_bad',
    reason: 'credits_rejected',
    advice:
      'The formId or prepay_id is expired, invented or of another user. The user must submit a form or pay again.',
    source: 'seeds/001 发送模板消息',
  },
  41029: {
    meaning: 'form_id_used',
    outcome: 'credit_bad',
    reason: 'credits_rejected',
    advice:
      'The formId was used before. If another system sends with it too, let only one of them do so.',
    source: 'seeds/001 发送模板消息',
  },
  43101: {
    meaning: 'not_subscribed',
    outcome: 'credit_bad',
    reason: 'credits_rejected',
    advice: 'The user has no subscription left: ask with wx.requestSubscribeMessage again.',
    source: 'platform: subscribe/send',
  },
  43107: {
    meaning: 'subscription_banned',
    outcome: 'credit_bad',
    reason: 'credits_rejected',
    advice: 'The user switched these messages off in the settings and must switch them on again.',
    source: 'platform: subscribe/send',
  },
  45015: {
    meaning: 'window_closed',
    outcome: 'credit_bad',
    reason: 'credits_rejected',
    advice: 'The time to answer is over: wait until the user writes again.',
    source: 'seeds/000 返回码说明',
  },
  45047: {
    meaning: 'window_used_up',
    outcome: 'credit_bad',
    reason: 'credits_rejected',
    advice: 'All messages of this window are used: wait until the user writes again.',
    source: 'seeds/000 返回码说明',
  },
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
}
