/** Images for customer service: at WeChat for three days, here for longer, so that they can go there again. */
import { mediaRules, mediaMarginMs } from '../rules/media.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { createSingleFlight } from '../runtime/concurrency.ts'
import type { World } from '../runtime/world.ts'
import type { MediaStore } from '../store/code-store.ts'
import { meaningOf } from '../wechat/errcodes/errcodes.ts'
import type { ImageType } from '../rules/media.ts'
import type { ComposedContent } from '../wechat/messages.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import type { Wechat } from '../wechat/wechat.ts'

export type Uploaded =
  | { ok: true; mediaId: string; expiresAtMs: number }
  | { ok: false; reply: AuthorizedReply<unknown> }

export type FreshMedia =
  | { ok: true; mediaId: string }
  /**
   * WeChat could not be given the image again, so a message that names it cannot be sent: the outcome of that send. What
   * became of the upload does not matter, so this is never `unknown`.
   */
  | { ok: false; reply: FailedSend }

type FailedSend = Exclude<AuthorizedReply<never>, { result: 'unknown' }>

export interface Media {
  /** Uploads an image that `checkImage` passed, and keeps it. Two calls make two. */
  upload(app: ReachApp, image: { bytes: Buffer; type: ImageType }): Promise<Uploaded>
  /**
   * What to name in a message in place of `mediaId`: the same, or, when WeChat has forgotten an image that was
   * uploaded here, the id of a fresh upload. An id that is not ours comes back as it is: WeChat knows best.
   */
  freshMediaId(appId: string, mediaId: string): Promise<FreshMedia>
}

export interface MediaDeps {
  store: MediaStore
  wechatOf(appId: string): Pick<Wechat, 'uploadMedia'>
  world: Pick<World, 'clock'>
}

/** What a failed upload says about the send that it was for. */
function asSend(reply: AuthorizedReply<unknown>): FailedSend {
  if (reply.result === 'unknown') return { ...reply, result: 'not_sent' }
  if (reply.result !== 'answered') return reply
  const { outcome, meaning } = meaningOf(reply.errcode)
  // Media are another API: their quota must not pause the messages, nor their punishment shut them.
  if (outcome === 'quota' || outcome === 'not_permitted') {
    const text = `WeChat did not take the image again: ${reply.errcode}, ${meaning}.`
    return { result: 'not_sent', cause: new Error(text) }
  }
  return { ...reply, body: undefined }
}

export function createMedia({ store, wechatOf, world }: MediaDeps): Media {
  /** Many messages may name one image at once: it is uploaded again once. */
  const underWay = createSingleFlight<FreshMedia>()

  async function renew(appId: string, mediaId: string, type: ImageType): Promise<FreshMedia> {
    const bytes = await store.findMediaBytes(appId, mediaId)
    if (!bytes) return { ok: true, mediaId }
    const reply = await wechatOf(appId).uploadMedia({ bytes, type })
    if (reply.result === 'answered' && reply.body) {
      const { mediaId: currentId, createdAtMs } = reply.body
      const endsAtMs = createdAtMs + mediaRules.lastsMs
      await store.renewMedia({ appId, mediaId, currentId, endsAtMs, nowMs: world.clock.now() })
      return { ok: true, mediaId: currentId }
    }
    return { ok: false, reply: asSend(reply) }
  }

  return {
    async upload({ appId }, image) {
      const reply = await wechatOf(appId).uploadMedia(image)
      if (reply.result !== 'answered' || !reply.body) return { ok: false, reply }
      const { mediaId, createdAtMs } = reply.body
      const expiresAtMs = createdAtMs + mediaRules.lastsMs
      const nowMs = world.clock.now()
      await store.keepMedia({ appId, mediaId, ...image, endsAtMs: expiresAtMs, nowMs })
      return { ok: true, mediaId, expiresAtMs }
    },
    async freshMediaId(appId, mediaId) {
      const known = await store.findMedia(appId, mediaId)
      if (!known) return { ok: true, mediaId }
      if (known.endsAtMs - mediaMarginMs > world.clock.now()) {
        return { ok: true, mediaId: known.currentId }
      }
      return underWay.run(`${appId} ${mediaId}`, () => renew(appId, mediaId, known.type))
    },
  }
}

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
