import type { ComposedContent } from '../wechat/send-customer.ts'
import type { FreshMedia, Media } from './media.ts'

type Fresh = { ok: true; content: ComposedContent } | Extract<FreshMedia, { ok: false }>

/**
 * The same message with images that WeChat knows: one that was uploaded here and has ended is uploaded again. When that
 * fails, the outcome of the send that cannot be made.
 */
export async function withFreshMedia(
  { freshMediaId }: Pick<Media, 'freshMediaId'>,
  appId: string,
  content: ComposedContent,
): Promise<Fresh> {
  switch (content.msgtype) {
    case 'image': {
      const fresh = await freshMediaId(appId, content.image.media_id)
      if (!fresh.ok) return fresh
      return { ok: true, content: { ...content, image: { media_id: fresh.mediaId } } }
    }
    case 'miniprogrampage': {
      const { miniprogrampage: card } = content
      const fresh = await freshMediaId(appId, card.thumb_media_id)
      if (!fresh.ok) return fresh
      const miniprogrampage = { ...card, thumb_media_id: fresh.mediaId }
      return { ok: true, content: { ...content, miniprogrampage } }
    }
    case 'text':
    case 'link':
      return { ok: true, content }
    default:
      return content satisfies never
  }
}
