/** Each channel's one call of the platform, for the ledger. */
import type { SubscribeMessageRequest, TemplateMessageRequest } from '../shared/wire/index.ts'
import type { Senders } from './ledger/send.ts'
import { withFreshMedia } from './media/media.ts'
import type { Media } from './media/media.ts'
import type { ComposedContent } from './wechat/messages.ts'
import type { Wechat } from './wechat/wechat.ts'

type Fields<Request> = Omit<Request, 'channel' | 'openId' | 'deadline'>

/** The fields were checked before they were kept: see routes/message-body.ts. */
export function createSenders(
  wechatOf: (appId: string) => Wechat,
  media: Pick<Media, 'freshMediaId'>,
): Senders {
  return {
    template: ({ appId }, { fields, openId, ref }) =>
      wechatOf(appId).sendTemplate({
        ...(fields as Fields<TemplateMessageRequest>),
        openId,
        formId: ref,
      }),
    subscribe: ({ appId }, { fields, openId }) =>
      wechatOf(appId).sendSubscribe({ ...(fields as Fields<SubscribeMessageRequest>), openId }),
    async customer({ appId }, { fields, openId }) {
      const fresh = await withFreshMedia(media, appId, fields as ComposedContent)
      if (!fresh.ok) return fresh.reply
      return wechatOf(appId).sendCustomer({ ...fresh.content, openId })
    },
  }
}
