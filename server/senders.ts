/** Each channel's one call of the platform, for the ledger. */
import type { SubscribeMessageRequest, TemplateMessageRequest } from '../shared/wire.ts'
import type { Senders } from './ledger/ledger.ts'
import type { ComposedContent } from './wechat/send-customer.ts'
import type { Wechat } from './wechat/wechat.ts'

type Fields<Request> = Omit<Request, 'channel' | 'openId' | 'deadline'>

/** The fields were checked before they were kept: see routes/message-body.ts. */
export function createSenders(wechatOf: (appId: string) => Wechat): Senders {
  return {
    template: ({ appId }, { fields, openId, ref }) =>
      wechatOf(appId).sendTemplate({
        ...(fields as Fields<TemplateMessageRequest>),
        openId,
        formId: ref,
      }),
    subscribe: ({ appId }, { fields, openId }) =>
      wechatOf(appId).sendSubscribe({ ...(fields as Fields<SubscribeMessageRequest>), openId }),
    customer: ({ appId }, { fields, openId }) =>
      wechatOf(appId).sendCustomer({ ...(fields as ComposedContent), openId }),
  }
}
