import type { ReachApp } from '../apps.ts'
import type { CustomerCard, CustomerContent } from '../../shared/wire.ts'
import { acknowledged } from './acknowledged.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'

/** What goes out: as operators say it, a text composed. */
export type ComposedContent =
  Exclude<CustomerContent, { msgtype: 'text' }> | { msgtype: 'text'; text: { content: string } }

export type CustomerSend = ComposedContent & { openId: string }

/** Sends one customer-service message (seeds/000; the app's `appid` in a card: platform, customer service). */
export function sendCustomer(
  authorized: Authorized,
  app: ReachApp,
  message: CustomerSend,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: '/cgi-bin/message/custom/send',
    body: { touser: message.openId, msgtype: message.msgtype, ...bodyOf(message, app) },
    decode: acknowledged,
    hearsLate: true,
  })
}

function bodyOf(message: CustomerSend, app: ReachApp): object {
  switch (message.msgtype) {
    case 'text':
      return { text: { content: message.text.content } }
    case 'image':
      return { image: { media_id: message.image.media_id } }
    case 'link':
      return { link: message.link }
    case 'miniprogrampage':
      return { miniprogrampage: card(message.miniprogrampage, app) }
    default:
      return message satisfies never
  }
}

function card({ title, pagepath, thumb_media_id }: CustomerCard, { appId, edition }: ReachApp) {
  const appid = edition === '2018' ? {} : { appid: appId }
  return { title, ...appid, pagepath, thumb_media_id }
}
