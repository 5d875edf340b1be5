/** What a message opens, and whether the phone shows it. */
import { describe, expect, it } from '@jest/globals'
import type { Message } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { app } from '../../support/server/start-reach.ts'
import { usePhone, usePushes } from '../../support/server/use-reach.ts'

const server = usePushes()
const alice = usePhone(server)

let keys = 0
const send = (body: object) =>
  server.ask<Message>('POST /v1/messages', {
    body: { openId: 'alice-0001', ...body },
    headers: { 'Idempotency-Key': `page-key-${(keys += 1)}` },
  })
const ofTemplate = { channel: 'template', templateId: template }
const ofSubscription = {
  channel: 'subscribe',
  templateId: 'once',
  data: { thing1: { value: 'a' } },
}

describe('the page of a template or subscribe message', () => {
  it.each(['https://example.com/a', 'HTTP://a.b', '//a.b', '/pages/index', '', ' ', '?a=1', 'p q'])(
    'is refused as %j: it must be a page of this mini-program',
    async (page) => {
      await alice.earnForm()
      for (const message of [ofTemplate, ofSubscription]) {
        const answer = await send({ ...message, page })
        expectProblem(answer as never, 400, 'invalid_body', '/page')
      }
    },
  )

  it('may have a query, as in the example of the platform', async () => {
    await alice.earnForm()
    const { body } = await send({ ...ofTemplate, page: 'index?foo=bar' })
    expect(body).toMatchObject({ state: 'sent' })
    expect(body.warnings).toBeUndefined()
  })
})

describe('a template message to a phone below WeChat 6.5.2', () => {
  const signIn = async (wechatVersion: string) => {
    const { code } = await server.control<{ code: string }>('login-codes', {
      openId: 'alice-0001',
    })
    await server.ask('POST /v1/session', {
      token: null,
      body: { appId: app.appId, code, wechatVersion },
    })
  }

  it('carries a warning, and none after the phone has a newer WeChat', async () => {
    await signIn('6.5.1')
    await alice.earnForm()
    const { body } = await send(ofTemplate)
    expect(body.state).toBe('sent')
    expect(body.warnings).toEqual([
      { path: '/openId', message: expect.stringContaining('below 6.5.2') },
    ])
    await signIn('6.5.10')
    await alice.earnForm()
    expect((await send(ofTemplate)).body.warnings).toBeUndefined()
  })

  it('is warned of alone: customer messages are shown', async () => {
    await signIn('6.5.1')
    await server.push({ msgtype: 'text', content: 'hi' })
    const { body } = await send({ channel: 'customer', msgtype: 'text', text: { content: 'a' } })
    expect(body.state).toBe('sent')
    expect(body.warnings).toBeUndefined()
  })
})

describe('the picture of a link', () => {
  const link = { title: 'a', description: 'b', url: 'https://a.b', thumb_url: 'https://a.b/c.gif' }

  it('gets a warning for another ending than JPG or PNG, and the message is sent', async () => {
    await server.push({ msgtype: 'text', content: 'hi' })
    const { body } = await send({ channel: 'customer', msgtype: 'link', link })
    expect(body.state).toBe('sent')
    expect(body.warnings).toEqual([
      { path: '/link/thumb_url', message: expect.stringContaining('.gif') },
    ])
  })
})
