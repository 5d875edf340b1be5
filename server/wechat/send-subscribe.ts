import type { SubscribeMessageRequest } from '../../shared/wire.ts'
import { acknowledged } from './acknowledged.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'

export type SubscribeSend = Omit<SubscribeMessageRequest, 'channel' | 'deadline'>

/** Sends one subscribe message (platform: subscribe/send). One consent is gone unless WeChat refused. */
export function sendSubscribe(
  authorized: Authorized,
  { openId, templateId, page, data, miniprogramState, lang }: SubscribeSend,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: '/cgi-bin/message/subscribe/send',
    // JSON leaves out what is undefined.
    body: {
      touser: openId,
      template_id: templateId,
      page,
      data,
      miniprogram_state: miniprogramState,
      lang,
    },
    decode: acknowledged,
    hearsLate: true,
  })
}
