import { describe, expect, it } from '@jest/globals'
import { withFreshMedia, type FreshMedia } from '../../server/media/media.ts'
import { createSenders, type Wechat } from '../../server/wechat/wechat.ts'
import type { ComposedContent } from '../../server/wechat/messages.ts'

const appId = 'wx1234567'
const image: ComposedContent = { msgtype: 'image', image: { media_id: 'OLD' } }
const card: ComposedContent = {
  msgtype: 'miniprogrampage',
  miniprogrampage: { title: '标题', pagepath: 'pages/index?foo=bar', thumb_media_id: 'OLD' },
}
const renewed = { freshMediaId: async (): Promise<FreshMedia> => ({ ok: true, mediaId: 'NEW' }) }
const failed: FreshMedia = {
  ok: false,
  reply: { result: 'not_sent', cause: new Error('no connection') },
}

describe('a message of customer service', () => {
  it('has the new image, by itself and as the cover of a card', async () => {
    expect(await withFreshMedia(renewed, appId, image)).toEqual({
      ok: true,
      content: { msgtype: 'image', image: { media_id: 'NEW' } },
    })
    expect(await withFreshMedia(renewed, appId, card)).toEqual({
      ok: true,
      content: {
        msgtype: 'miniprogrampage',
        miniprogrampage: { title: '标题', pagepath: 'pages/index?foo=bar', thumb_media_id: 'NEW' },
      },
    })
  })

  it.each<ComposedContent>([
    { msgtype: 'text', text: { content: 'Hello World' } },
    { msgtype: 'link', link: { title: 't', description: 'd', url: 'https://a', thumb_url: 'u' } },
  ])('without an image is sent unchanged: %j', async (content) => {
    expect(await withFreshMedia(renewed, appId, content)).toEqual({ ok: true, content })
  })

  it('is not sent when its image cannot be uploaded', async () => {
    const sent: unknown[] = []
    const wechat = { sendCustomer: async (message: unknown) => void sent.push(message) }
    const senders = createSenders(
      () => wechat as unknown as Wechat,
      (app, content) => withFreshMedia({ freshMediaId: async () => failed }, app, content),
    )
    const app = { appId, secret: 'hush', edition: '2026' } as const
    const call = { fields: { ...image }, openId: 'alice-0001', ref: '' }
    expect(await senders.customer(app, call)).toEqual(failed.reply)
    expect(sent).toEqual([])
  })
})
