import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { MediaReply, Message } from '../../../shared/wire/index.ts'
import { becomes } from '../../codes/code-server.ts'
import { png } from '../../customer/images.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { startPushes, user } from '../../support/server/start-pushes.ts'
import type { WithPushes } from '../../support/server/start-pushes.ts'
import { day } from '../../../server/rules/time.ts'

let server: WithPushes
let mediaId: string
beforeEach(async () => {
  server = await startPushes()
  const uploaded = await server.ask<MediaReply>('POST /v1/media?for=card', { body: png(520, 416) })
  mediaId = uploaded.body.mediaId
})
afterEach(() => server.close())

let sent = 0
const send = async (content: object) => {
  const headers = { 'Idempotency-Key': `image-${(sent += 1)}` }
  const body = { channel: 'customer', openId: user, ...content }
  return (await server.ask<Message>('POST /v1/messages', { body, headers })).body
}
type Image = ReturnType<typeof image>
type Card = ReturnType<typeof card>
const image = () => ({ msgtype: 'image', image: { media_id: mediaId } })
const card = () => ({
  msgtype: 'miniprogrampage',
  miniprogrampage: { title: '标题', pagepath: 'pages/index', thumb_media_id: mediaId },
})
const uploads = async () => (await platformCalls(server, '/cgi-bin/media/upload')).length
const carried = async () =>
  (await platformCalls(server, '/cgi-bin/message/custom/send')).map(({ body }) => {
    const { image: own, miniprogrampage } = body as Partial<Image & Card>
    return own?.media_id ?? miniprogrampage?.thumb_media_id
  })

describe('a message that names an image', () => {
  it('is sent with it while WeChat has it, and with a fresh one when it has not', async () => {
    await server.push({ msgtype: 'text', content: '在吗' })
    expect(await send(image())).toMatchObject({ state: 'sent' })
    server.clock.advance(4 * day)
    await server.push({ msgtype: 'text', content: '还在吗' })
    expect(await send(card())).toMatchObject({ state: 'sent' })
    expect(await send(image())).toMatchObject({ state: 'sent' })
    const [first, second, third] = await carried()
    expect(first).toBe(mediaId)
    expect(second).not.toBe(mediaId)
    expect(third).toBe(second)
    expect(await uploads()).toBe(2)
  })

  it('waits while the image cannot be uploaded again, and costs no credit', async () => {
    server.clock.advance(4 * day)
    await server.push({ msgtype: 'text', content: '在吗' })
    const body = { path: '/cgi-bin/media/upload', times: 1, hangUp: true }
    await server.sandbox('POST /sandbox/faults', { body })
    const headers = { 'Idempotency-Key': 'image-waits', Prefer: 'respond-async' }
    const message = { channel: 'customer', openId: user, ...image() }
    const { body: queued } = await server.ask<Message>('POST /v1/messages', {
      body: message,
      headers,
    })
    expect(queued.state).toBe('queued')
    await becomes(async () => (await uploads()) === 2)
    await becomes(async () => (await server.credits()).canReceive.customer.uses === 5)
    const { body: waits } = await server.ask<Message>(`GET /v1/messages/${queued.id}`)
    expect(waits).toMatchObject({ state: 'queued', attempts: 1 })
    expect(await carried()).toEqual([])
  })
})
