import type { CustomerContent, FieldError } from '../../shared/wire.ts'
import type { Decoded } from '../schemas/schema.ts'
import type { ComposedContent } from '../wechat/send-customer.ts'
import { hrefProblem, pathProblem } from './addresses.ts'
import { composeText } from './compose-text.ts'

/** What goes out for what an operator wrote, or the fields at which WeChat would refuse it (seeds/000). */
export function composeContent(message: CustomerContent, appId: string): Decoded<ComposedContent> {
  switch (message.msgtype) {
    case 'text': {
      const text = composeText(message.text, appId)
      if (!text.ok) return text
      return { ok: true, value: { msgtype: 'text', text: { content: text.value } } }
    }
    case 'image': {
      const { media_id } = message.image
      return checked({ msgtype: 'image', image: { media_id } }, '/image', {
        media_id: emptiness(media_id),
      })
    }
    case 'link': {
      const { title, description, url, thumb_url } = message.link
      return checked({ msgtype: 'link', link: { title, description, url, thumb_url } }, '/link', {
        title: emptiness(title),
        url: hrefProblem(url),
        thumb_url: hrefProblem(thumb_url),
      })
    }
    case 'miniprogrampage': {
      const { title, pagepath, thumb_media_id, appid = appId } = message.miniprogrampage
      const card = { title, pagepath, thumb_media_id }
      return checked({ msgtype: 'miniprogrampage', miniprogrampage: card }, '/miniprogrampage', {
        title: emptiness(title),
        pagepath: pathProblem(pagepath),
        thumb_media_id: emptiness(thumb_media_id),
        appid:
          appid === appId
            ? undefined
            : `must be ${appId}: a card opens the mini-program that sends it`,
      })
    }
    default:
      return message satisfies never
  }
}

const emptiness = (text: string) => (text.trim() === '' ? 'is empty' : undefined)

function checked(
  value: ComposedContent,
  at: string,
  problems: Record<string, string | undefined>,
): Decoded<ComposedContent> {
  const errors = Object.entries(problems).flatMap(([field, message]): FieldError[] =>
    message === undefined ? [] : [{ path: `${at}/${field}`, message }],
  )
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value }
}
