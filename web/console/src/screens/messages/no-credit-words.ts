import type { Channel } from 'wx-reach-server/client'
import { dictionary } from '../../words/language.ts'
import type { NoCreditCase } from './no-credit.ts'

interface NoCreditWords {
  cases: Record<NoCreditCase, string>
  /** What brings a new right. */
  next: Record<Channel, string>
  between: string
}

export const noCreditWords = dictionary<NoCreditWords>(
  {
    cases: {
      never: '在这条消息之前，用户从未带来这个通道的发送机会。',
      otherTemplate: '用户只同意过其他模板的订阅，没有同意过这个模板。',
      spent: '用户的发送机会已被之前的消息用完。',
      ended: '用户的发送机会在这条消息之前已到期。',
      rejected: '微信之前拒绝了用户的发送机会，它们已作废。',
    },
    next: {
      template: '请在用户下次提交表单或支付后再发。',
      subscribe: '请在用户下次同意这个模板的订阅后再发。',
      customer: '请在用户下次发来消息或进入客服会话后再发。',
    },
    between: '',
  },
  {
    cases: {
      never: 'The user had brought no right for this channel before this message.',
      otherTemplate: 'The user had consented to other templates, and not to this one.',
      spent: "Earlier messages had used the user's rights.",
      ended: "The user's rights had ended before this message.",
      rejected: "WeChat had refused the user's rights before: they are void.",
    },
    next: {
      template: 'Send again after the user submits a form or pays.',
      subscribe: 'Send again after the user consents to this template.',
      customer: 'Send again after the user writes, or enters the conversation.',
    },
    between: ' ',
  },
)
