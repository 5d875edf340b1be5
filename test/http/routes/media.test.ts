import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mediaReply } from '../../../server/http/schemas/customer-service.ts'
import type { MediaReply } from '../../../shared/wire/index.ts'
import { gif, jpg, png } from '../../customer/images.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { day } from '../../../server/rules/time.ts'
import { startMs, startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const upload = '/cgi-bin/media/upload'
let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

const post = <Body = MediaReply>(body: unknown, query = '?for=message', headers = {}) =>
  server.ask<Body>(`POST /v1/media${query}`, { body, headers })

describe('an image', () => {
  it.each([
    ['PNG', png(600, 400), 'image.png'],
    ['JPG', jpg(600, 400), 'image.jpg'],
    ['GIF', gif(600, 400), 'image.gif'],
  ])('as %s is uploaded, and WeChat keeps it for three days', async (_, bytes, name) => {
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

  it('is what its bytes are, whatever it calls itself', async () => {
    const answer = await post(png(1, 1), undefined, { 'Content-Type': 'text/plain' })
    expect(answer.status).toBe(201)
  })

  it('as the cover of a card is taken in any size, with a warning', async () => {
    expect((await post(png(520, 416), '?for=card')).body.warnings).toBeUndefined()
    const { status, body } = await post(png(100, 100), '?for=card')
    expect(status).toBe(201)
    expect(body.warnings).toEqual([expect.stringContaining('520×416')])
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
  ])('is not %s', async (_, bytes) => {
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

  it('is a problem when WeChat does not take it', async () => {
    const body = { path: upload, errcode: 40006 }
    await server.sandbox('POST /sandbox/faults', { body })
    expectProblem(await post<never>(png(1, 1)), 422, 'wechat_refused')
  })
})
