import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mediaReply } from '../../../server/http/schemas/customer-service.ts'
import { day } from '../../../server/rules/time.ts'
import type { MediaReply, Message } from '../../../shared/wire/index.ts'
import { becomes } from '../../codes/code-server.ts'
import { gif, jpg, png } from '../../customer/images.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { user } from '../../support/server/start-pushes.ts'
import { startMs, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { usePushes, useReach } from '../../support/server/use-reach.ts'

describe('POST /v1/media', () => {
  const upload = '/cgi-bin/media/upload'
  const server = useReach()

  const post = <Body = MediaReply>(body: unknown, query = '?for=message', headers = {}) =>
    server.ask<Body>(`POST /v1/media${query}`, { body, headers })

  describe('an image', () => {
    it.each([
      ['PNG', png(600, 400), 'image.png'],
      ['JPG', jpg(600, 400), 'image.jpg'],
      ['GIF', gif(600, 400), 'image.gif'],
    ])('as %s is uploaded for three days', async (_, bytes, name) => {
      const answer = await post(bytes)
      expect(answer.status).toBe(201)
      expectShape(mediaReply, answer.body)
      expect(answer.body).toEqual({
        mediaId: expect.any(String),
        expiresAt: new Date(startMs + 3 * day).toISOString(),
      })
      const [call] = await platformCalls(server, upload)
      expect(call).toMatchObject({
        method: 'POST',
        query: { type: 'image' },
        body: { media: { name, bytes: bytes.length } },
      })
    })

    it('has the type of its bytes, whatever its Content-Type', async () => {
      const answer = await post(png(1, 1), undefined, { 'Content-Type': 'text/plain' })
      expect(answer.status).toBe(201)
    })

    it('for the cover of a card is accepted in any size, with a warning', async () => {
      expect((await post(png(520, 416), '?for=card')).body.warnings).toBeUndefined()
      const { status, body } = await post(png(100, 100), '?for=card')
      expect(status).toBe(201)
      expect(body.warnings).toEqual([expect.stringContaining('520×416')])
    })

    it("for a link's picture is JPG or PNG, with a warning on other sizes", async () => {
      for (const bytes of [png(640, 320), jpg(80, 80)]) {
        const { status, body } = await post(bytes, '?for=link')
        expect([status, body.warnings]).toEqual([201, undefined])
      }
      expect((await post(png(100, 100), '?for=link')).body.warnings).toEqual([
        'The image is 100×100; it looks best at 640×320 or 80×80.',
      ])
      expectProblem(await post<never>(gif(80, 80), '?for=link'), 415, 'image_not_taken')
    })

    it('holds at most 2 MB', async () => {
      const most = Buffer.concat([png(1, 1), Buffer.alloc(2 * 2 ** 20 - 33)])
      expect((await post(most)).status).toBe(201)
      const over = Buffer.concat([most, Buffer.alloc(1)])
      expectProblem(await post<never>(over), 413, 'body_too_large')
    })

    it.each([
      ['nothing', Buffer.alloc(0)],
      ['a text', Buffer.from('<html>')],
      ['JSON', Buffer.from('{"a":1}')],
      ['a type that WeChat does not take', Buffer.from('RIFF\0\0\0\0WEBPVP8 ')],
    ])('is rejected when it is %s', async (_, bytes) => {
      expectProblem(await post<never>(bytes), 415, 'image_not_taken')
      expect(await platformCalls(server, upload)).toEqual([])
    })

    it.each([
      ['', 'query/for'],
      ['?for=', 'query/for'],
      ['?for=poster', 'query/for'],
      ['?for=card&for=message', 'query/for'],
      ['?for=card&type=image', 'query/type'],
    ])('is refused at %j', async (query, path) => {
      expectProblem(await post<never>(png(1, 1), query), 400, 'invalid_query', path)
    })

    it('is a problem when WeChat refuses it', async () => {
      const body = { path: upload, errcode: 40006 }
      await server.sandbox('POST /sandbox/faults', { body })
      expectProblem(await post<never>(png(1, 1)), 422, 'wechat_refused')
    })
  })
})

describe('expired media', () => {
  const server = usePushes()
  let mediaId: string
  beforeEach(async () => {
    const uploaded = await server.ask<MediaReply>('POST /v1/media?for=card', {
      body: png(520, 416),
    })
    mediaId = uploaded.body.mediaId
  })

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
    it('is sent with it while it is valid, and with a new upload after that', async () => {
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
})

describe('POST /v1/typing', () => {
  const openId = 'alice-0001'
  let server: StartedReach
  afterEach(() => server.close())
  const begin = async (edition: '2018' | '2026') => {
    server = await startReach({ edition })
    await server.phone(openId)
  }
  const type = (body: object) => server.ask('POST /v1/typing', { body })
  /** The sandbox counts the message although no server receives its push. */
  const write = () =>
    server.sandbox('POST /sandbox/pushes', { body: { openId, msgtype: 'text', content: '在吗' } })

  describe.each([
    ['2018', '/cgi-bin/message/custom/typing'],
    ['2026', '/cgi-bin/message/custom/business/typing'],
  ] as const)('typing in edition %s', (edition, path) => {
    beforeEach(() => begin(edition))

    it('is shown to a user who wrote, and cancelled', async () => {
      await write()
      expect(await type({ openId, typing: true })).toMatchObject({ status: 204, text: '' })
      expect((await type({ openId, typing: false })).status).toBe(204)
      expect((await platformCalls(server, path)).map(({ body }) => body)).toEqual([
        { touser: openId, command: 'Typing' },
        { touser: openId, command: 'CancelTyping' },
      ])
    })

    it('is refused to a user who did not write', async () => {
      const answer = await type({ openId, typing: true })
      expectProblem(answer, 422, 'wechat_refused')
      expect(answer.body.wechat?.errcode).toBe(45015)
    })

    it('is refused twice in a row', async () => {
      await write()
      await type({ openId, typing: true })
      const answer = await type({ openId, typing: true })
      expectProblem(answer, 422, 'wechat_refused')
      expect(answer.body.wechat).toMatchObject({ errcode: 45081, meaning: 'already_typing' })
    })
  })

  describe('typing', () => {
    beforeEach(() => begin('2018'))

    it.each([
      [{ openId: 'alice 0001', typing: true }, '/openId'],
      [{ openId }, '/typing'],
      [{ openId, typing: 'Typing' }, '/typing'],
      [{ openId, typing: 1 }, '/typing'],
      [{ openId, typing: true, command: 'Typing' }, '/command'],
    ])('is rejected before a call with %j', async (body, path) => {
      expectProblem(await type(body), 400, 'invalid_body', path)
    })
  })
})
