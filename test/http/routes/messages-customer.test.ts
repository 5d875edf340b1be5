import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import { minute } from '../../../server/rules/time.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startPushes, user } from '../../support/server/start-pushes.ts'
import { app } from '../../support/server/start-reach.ts'
import { usePushes } from '../../support/server/use-reach.ts'

const path = '/cgi-bin/message/custom/send'
const server = usePushes({ edition: '2026' })

const wrote = () => server.push({ msgtype: 'text', content: 'hi' })
const send = (content: object) => server.send({ channel: 'customer', ...content })
const text = (content: string) => send({ msgtype: 'text', text: { content } })
const inbox = async () =>
  (
    await server.sandbox<{ messages: { kind: string; body: object }[] }>(
      `GET /sandbox/inbox/${user}`,
    )
  ).body.messages
const customer = async () => (await server.credits()).canReceive.customer

describe('a message of customer service', () => {
  it.each([
    ['a text', { msgtype: 'text', text: { content: 'Hello World' } }, undefined],
    [
      'a text with a link',
      {
        msgtype: 'text',
        text: {
          parts: [
            '<now>: ',
            { text: '点击', path: 'pages/index/index?a=1', href: 'http://www.qq.com' },
          ],
        },
      },
      {
        msgtype: 'text',
        text: {
          content:
            `&lt;now&gt;: <a href="http://www.qq.com" data-miniprogram-appid="${app.appId}" ` +
            'data-miniprogram-path="pages/index/index?a=1">点击</a>',
        },
      },
    ],
    [
      'a link',
      {
        msgtype: 'link',
        link: {
          title: 'Happy Day',
          description: 'Is Really A Happy Day',
          url: 'https://example.com',
          thumb_url: 'https://example.com/a.png',
        },
      },
      undefined,
    ],
  ])('of %s goes out for one use of the window', async (_, content, sent = content as never) => {
    await wrote()
    const { status, body } = await send(content)
    expect([status, body.state, body.channel]).toEqual([201, 'sent', 'customer'])
    expectShape(schemas.message, body)
    expect(await inbox()).toMatchObject([
      { kind: 'customer', body: { touser: user, ...(sent as object) } },
    ])
    expect((await customer()).uses).toBe(4)
  })

  it('is refused while no window is open, and costs no call', async () => {
    const { status, body } = await text('hi')
    expect(status).toBe(201)
    expect(body).toMatchObject({ state: 'refused', attempts: 0, reason: { code: 'no_credit' } })
    expect(await inbox()).toEqual([])
  })

  it('can be sent twice within a minute of entering, in the edition 2026', async () => {
    await server.push({ msgtype: 'event' })
    const states = []
    for (const word of ['1', '2', '3']) states.push((await text(word)).body.state)
    expect(states).toEqual(['sent', 'sent', 'refused'])
  })

  it('spends the allowance that a new message resets, not a sum', async () => {
    await wrote()
    for (const word of ['1', '2', '3']) await text(word)
    server.clock.advance(minute)
    await wrote()
    const states = []
    for (const word of ['1', '2', '3', '4', '5', '6']) states.push((await text(word)).body.state)
    expect(states).toEqual(['sent', 'sent', 'sent', 'sent', 'sent', 'refused'])
  })

  it('ends the allowance when WeChat says that it is used up', async () => {
    await wrote()
    await server.control('faults', { path, times: 1, when: 'before', errcode: 45047 })
    const { body } = await text('hi')
    expect(body).toMatchObject({
      state: 'refused',
      reason: { code: 'credits_rejected', wechat: { errcode: 45047 } },
    })
    expect(await customer()).toEqual({ uses: 0 })
    server.clock.advance(minute)
    await wrote()
    expect((await text('hi')).body.state).toBe('sent')
  })

  it('is unknown when the reply is lost: it counts and is not sent again', async () => {
    await wrote()
    await server.control('faults', { path, times: 1, when: 'after', hangUp: true })
    expect((await text('hi')).body).toMatchObject({ state: 'unknown', attempts: 1 })
    expect(await inbox()).toHaveLength(1)
    expect((await customer()).uses).toBe(4)
  })

  it('is not subject to the send limits', async () => {
    const limited = await startPushes({
      settings: { limitPerUserDay: 1, quietHours: { fromMinute: 0, untilMinute: 1_439 } },
    })
    await limited.push({ msgtype: 'text', content: 'hi' })
    for (const content of ['1', '2']) {
      const { body } = await limited.send({
        channel: 'customer',
        msgtype: 'text',
        text: { content },
      })
      expect(body.state).toBe('sent')
    }
    await limited.close()
  })

  it.each([
    [{ msgtype: 'text', text: { content: ' ' } }, '/text/content'],
    [
      { msgtype: 'text', text: { content: '<a data-miniprogram-appid="wxother">x</a>' } },
      '/text/content',
    ],
    [{ msgtype: 'text', text: { parts: [{ text: 'x', path: '/a' }] } }, '/text/parts/0/path'],
    [
      { msgtype: 'text', text: { parts: [{ text: 'x', path: 'a', appId: 'wxfedcba9876543210' }] } },
      '/text/parts/0/appId',
    ],
    [
      { msgtype: 'text', text: { content: '<a data-miniprogram-path="/a">x</a>' } },
      '/text/content',
    ],
    [
      {
        msgtype: 'link',
        link: { title: 'a', description: ' ', url: 'https://a.b', thumb_url: 'https://a.b/c.jpg' },
      },
      '/link/description',
    ],
    [{ msgtype: 'text', text: { content: 'a', parts: ['a'] } }, '/text/content'],
    [{ msgtype: 'text', image: { media_id: 'a' } }, '/text'],
    [{ msgtype: 'text', text: { content: 'a' }, templateId: 'T' }, '/templateId'],
    [{ msgtype: 'image', image: {} }, '/image/media_id'],
    [{ msgtype: 'voice' }, '/msgtype'],
    [{}, '/msgtype'],
    [
      {
        msgtype: 'miniprogrampage',
        miniprogrampage: { title: 'a', pagepath: 'a', thumb_media_id: 'a', appid: 'wxother1' },
      },
      '/miniprogrampage/appid',
    ],
  ])(
    'that WeChat would refuse is refused with the field, for no credit: %j',
    async (content, field) => {
      await wrote()
      expectProblem((await send(content)) as never, 400, 'invalid_body', field)
      expect((await customer()).uses).toBe(5)
    },
  )
})
