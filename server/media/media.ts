/**
 * Images for customer service. WeChat deletes them after three days; we store them longer, to
 * upload them again.
 */
import { mediaRules, mediaMarginMs, type ImageType } from '../rules/media.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { createSingleFlight, type World } from '../runtime/world.ts'
import type { MediaStore } from '../store/code-store.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import { CallError } from '../wechat/call-errors.ts'
import { meaningOf } from '../wechat/errcodes.ts'
import type { ComposedContent } from '../wechat/messages.ts'
import type { Wechat } from '../wechat/wechat.ts'

type Uploaded =
  | { ok: true; mediaId: string; expiresAtMs: number }
  | { ok: false; reply: AuthorizedReply<unknown> }

export type FreshMedia =
  | { ok: true; mediaId: string }
  /**
   * The image could not be uploaded again, so no message with it can be sent: this is the reply of
   * that send. Never `unknown`: an upload with an unknown outcome has sent no message.
   */
  | { ok: false; reply: FailedSend }

type FailedSend = Exclude<AuthorizedReply<never>, { result: 'unknown' }>

export interface Media {
  /** Uploads an image that `checkImage` passed, and stores it. Two calls make two images. */
  upload(app: ReachApp, image: { bytes: Buffer; type: ImageType }): Promise<Uploaded>
  /**
   * The id to send in place of `mediaId`: the same, or the id of a new upload when the image was
   * uploaded here and has ended at WeChat. An id that was not uploaded here is returned unchanged.
   */
  freshMediaId(appId: string, mediaId: string): Promise<FreshMedia>
}

export function createMedia({
  store,
  wechatOf,
  world,
}: {
  store: MediaStore
  wechatOf(appId: string): Pick<Wechat, 'uploadMedia'>
  world: Pick<World, 'clock'>
}): Media {
  /** Several messages may need one image at the same time. */
  const renewals = createSingleFlight<FreshMedia>()

  async function uploadTo(
    appId: string,
    image: { bytes: Buffer; type: ImageType },
  ): Promise<{ mediaId: string; endsAtMs: number } | Extract<Uploaded, { ok: false }>> {
    const reply = await wechatOf(appId).uploadMedia(image)
    if (reply.result !== 'answered' || !reply.body) return { ok: false, reply }
    const { mediaId, createdAtMs } = reply.body
    return { mediaId, endsAtMs: Math.min(createdAtMs, world.clock.now()) + mediaRules.lastsMs }
  }

  async function renew(appId: string, mediaId: string, type: ImageType): Promise<FreshMedia> {
    const bytes = await store.findMediaBytes(appId, mediaId)
    if (!bytes) return { ok: true, mediaId }
    const uploaded = await uploadTo(appId, { bytes, type })
    if ('ok' in uploaded) return { ok: false, reply: asSend(uploaded.reply) }
    const { mediaId: currentId, endsAtMs } = uploaded
    await store.renewMedia({ appId, mediaId, currentId, endsAtMs, nowMs: world.clock.now() })
    return { ok: true, mediaId: currentId }
  }

  return {
    async upload({ appId }, image) {
      const uploaded = await uploadTo(appId, image)
      if ('ok' in uploaded) return uploaded
      await store.keepMedia({ appId, ...image, ...uploaded, nowMs: world.clock.now() })
      return { ok: true, mediaId: uploaded.mediaId, expiresAtMs: uploaded.endsAtMs }
    },
    async freshMediaId(appId, mediaId) {
      const known = await store.findMedia(appId, mediaId)
      if (!known) return { ok: true, mediaId }
      if (known.endsAtMs - mediaMarginMs > world.clock.now()) {
        return { ok: true, mediaId: known.currentId }
      }
      return renewals.run(`${appId} ${mediaId}`, () => renew(appId, mediaId, known.type))
    },
  }
}

/** The reply of a send whose image could not be uploaded. */
function asSend(reply: AuthorizedReply<unknown>): FailedSend {
  if (reply.result === 'unknown') return { ...reply, result: 'not_sent' }
  if (reply.result !== 'answered') return reply
  const { effect, meaning } = meaningOf(reply.errcode)
  // Another API: its quota must not pause the messages, nor its punishment suspend their channel.
  if (effect === 'quota' || effect === 'not_permitted') {
    const text = `WeChat did not take the image of the message again: ${meaning}.`
    return { result: 'not_sent', cause: new CallError(text, `ERRCODE_${reply.errcode}`) }
  }
  return { ...reply, body: undefined }
}

/**
 * The same message with images that WeChat has: one that was uploaded here and has ended is
 * uploaded again. If that fails, the reply of the send, which is not made.
 */
export async function withFreshMedia(
  { freshMediaId }: Pick<Media, 'freshMediaId'>,
  appId: string,
  content: ComposedContent,
): Promise<{ ok: true; content: ComposedContent } | Extract<FreshMedia, { ok: false }>> {
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
