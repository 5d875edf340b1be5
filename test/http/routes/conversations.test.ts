/** Customer service: conversations, open windows, and who may read what was written. */
import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/conversations.ts'
import * as messageSchemas from '../../../server/http/schemas/messages.ts'
import { retention } from '../../../server/rules/retention.ts'
import { day } from '../../../server/rules/time.ts'
import type {
  AuditReply,
  ConversationReply,
  CreatedApiKeyReply,
  CustomerWindowsReply,
  Message,
  MessageWithCalls,
  PushesReply,
} from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { expectShape } from '../../support/server/shape.ts'
import { user, type WithPushes } from '../../support/server/start-pushes.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePushes } from '../../support/server/use-reach.ts'

const text = (content: string) => ({ channel: 'customer', msgtype: 'text', text: { content } })
const at = (ms: number) => new Date(ms).toISOString()

async function read(server: WithPushes, token?: string, query = '') {
  const { status, body } = await server.ask<ConversationReply>(
    `GET /v1/users/${user}/conversation${query}`,
    token === undefined ? {} : { token },
  )
  expect(status).toBe(200)
  expectShape(schemas.conversationReply, body)
  return body
}

async function keyFor(server: WithPushes, ...scopes: string[]): Promise<string> {
  const body = { name: 'of the tests', scopes }
  return (await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })).body.secret
}

async function talk(server: WithPushes): Promise<Message> {
  await server.push({ msgtype: 'text', content: '你好' })
  server.clock.advance(1_000)
  return (await server.send(text('what is it?'))).body
}

describe.each(['xml', 'json'] as const)('a conversation by pushes in %s', (format) => {
  const server = usePushes({ format })

  it('has what was written on both sides, as it was pushed and sent', async () => {
    const message = await talk(server)
    server.clock.advance(1_000)
    await server.push({
      msgtype: 'event',
      event: 'user_enter_tempsession',
      sessionFrom: 'order-42',
    })
    const { entries, canReceive } = await read(server)
    expect(entries).toEqual([
      {
        by: 'user',
        at: at(startMs + 2_000),
        type: 'user_enter_tempsession',
        content: expect.objectContaining({ SessionFrom: 'order-42' }),
      },
      {
        by: 'app',
        at: at(startMs + 1_000),
        message,
        content: { msgtype: 'text', text: { content: 'what is it?' } },
      },
      {
        by: 'user',
        at: at(startMs),
        type: 'text',
        content: expect.objectContaining({ MsgType: 'text', Content: '你好' }),
      },
    ])
    expect(canReceive).toMatchObject({ uses: 5, until: at(startMs + 2 * day) })
    const { text: whole } = await server.ask(`GET /v1/users/${user}/conversation`)
    expect(whole.split(user)).toHaveLength(2)
  })

  it('is paged', async () => {
    await talk(server)
    const first = await read(server, undefined, '?limit=1')
    expect(first.entries).toMatchObject([{ by: 'app' }])
    const rest = await read(server, undefined, `?limit=1&cursor=${first.cursor}`)
    expect(rest.entries).toMatchObject([{ by: 'user' }])
  })
})

describe('what was written', () => {
  const server = usePushes()

  it('is for keys that send or export; others learn that it was', async () => {
    const { id } = await talk(server)
    const reading = await keyFor(server, 'read')
    for (const scope of ['send', 'privacy']) {
      const token = await keyFor(server, 'read', scope)
      expect((await read(server, token)).entries.map(({ content }) => content)).toEqual([
        expect.objectContaining({ msgtype: 'text' }),
        expect.objectContaining({ Content: '你好' }),
      ])
    }
    const { entries } = await read(server, reading)
    expect(entries.map(({ by, content }) => [by, content])).toEqual([
      ['app', undefined],
      ['user', undefined],
    ])
    const pushes = async (token: string) =>
      (await server.ask<PushesReply>('GET /v1/pushes', { token })).body.pushes[0]
    expect((await pushes(await keyFor(server, 'read', 'send')))?.content).toMatchObject({
      Content: '你好',
    })
    expect(await pushes(reading)).toEqual({ receivedAt: at(startMs), type: 'text', openId: user })
    const { body } = await server.ask<MessageWithCalls>(`GET /v1/messages/${id}`, {
      token: reading,
    })
    expect(body.content).toBeUndefined()
    expect(body.contentUntil).toBe(at(startMs + 1_000 + retention.messageDataMs))
    expectProblem(
      await server.ask(`GET /v1/users/${user}/conversation`, {
        token: await keyFor(server, 'send'),
      }),
      403,
      'forbidden',
    )
  })

  it('is in a message, for a request that sends the same again', async () => {
    await server.push({ msgtype: 'text', content: 'hi' })
    const sent = text('hello')
    const { id } = (await server.send(sent)).body
    const get = async () => (await server.ask<MessageWithCalls>(`GET /v1/messages/${id}`)).body
    const { content, channel, contentUntil } = await get()
    expectShape(messageSchemas.messageWithCalls, await get())
    expect(contentUntil).toBe(at(startMs + retention.messageDataMs))
    expect({ channel, ...content }).toEqual(sent)
    expect((await server.send({ channel, ...content })).body.state).toBe('sent')
  })

  it('is told to the audit each time that it is read', async () => {
    await talk(server)
    await read(server)
    const operation = encodeURIComponent('GET /v1/users/:openId/conversation')
    const { body } = await server.ask<AuditReply>(`GET /v1/audit?operation=${operation}`)
    expect(body.entries).toMatchObject([{ by: 'key', openId: user, outcome: 'done' }])
  })

  it('is gone after its days', async () => {
    await talk(server)
    server.clock.advance(retention.pushContentDays * day)
    expect((await read(server)).entries).toMatchObject([{ by: 'app' }])
  })
})

describe('a server that keeps no content of pushes', () => {
  const server = usePushes({ settings: { pushContentDays: 0 } })

  it('has the replies alone, and the windows', async () => {
    await talk(server)
    expect((await read(server)).entries).toMatchObject([{ by: 'app' }])
    const { body } = await server.ask<CustomerWindowsReply>('GET /v1/customer-windows')
    expectShape(schemas.customerWindowsReply, body)
    expect(body).toEqual({
      windows: [
        {
          openId: user,
          kind: 'wrote',
          uses: 4,
          expiresAt: at(startMs + 2 * day),
          lastPush: { receivedAt: at(startMs), type: 'text' },
        },
      ],
    })
  })
})
