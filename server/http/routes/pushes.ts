/** For WeChat: the check of the push address (消息推送), and what it pushes; and the list of it. */
import Type from 'typebox'
import type { PushReply } from '../../verify/push/reply.ts'
import { pushLimits } from '../../rules/pushes.ts'
import { listPages } from '../../rules/requests.ts'
import { mayReadContent } from '../callers.ts'
import { bytesOf, openRoute, operatorRoute, queryOf, type HttpReply } from '../route.ts'
import * as schemas from '../schemas/pushes.ts'

const text = Type.Optional(Type.String())
const signed = { signature: text, timestamp: text, nonce: text }

/** Not validated here: a reply to a forged push must not say what is wrong with it. */
const uncheckedQuery = (properties: Record<string, typeof text>) => ({
  schema: Type.Object(properties),
  decode: (value: unknown) => ({ ok: true as const, value: value as Record<string, unknown> }),
})

const refusals = {
  403: { description: 'Refused. The log has the reason.', contentTypes: ['text/plain'] },
}

export const getPush = openRoute(
  'GET /v1/push/:appId',
  {
    summary: 'The check of the push address (消息推送)',
    query: uncheckedQuery({ ...signed, echostr: text }),
    replies: { 200: { description: '`echostr`.', contentTypes: ['text/plain'] }, ...refusals },
  },
  async ({ params, query }, { pushes }) => httpReply(pushes.check({ appId: params.appId!, query })),
)

export const postPush = openRoute(
  'POST /v1/push/:appId',
  {
    summary: 'A message or event that WeChat pushes',
    query: uncheckedQuery({ ...signed, msg_signature: text, encrypt_type: text, openid: text }),
    body: bytesOf({
      maxBytes: pushLimits.bodyBytes,
      contentTypes: ['text/xml', 'application/json'],
    }),
    replies: {
      200: {
        description: '`success`, or a reply to the message, encrypted if the push was.',
        contentTypes: ['text/plain', 'text/xml', 'application/json'],
      },
      ...refusals,
      503: { description: 'Not recorded: send it again.', contentTypes: ['text/plain'] },
    },
    errorReply: (error, { pushes }) => httpReply(pushes.refuse(error)),
  },
  async ({ params, query, body, header }, { pushes }) =>
    httpReply(
      await pushes.handle({
        appId: params.appId!,
        query,
        raw: body,
        contentType: header('Content-Type') ?? 'text/xml',
      }),
    ),
)

export const getPushes = operatorRoute(
  'GET /v1/pushes',
  'read',
  {
    summary: 'What WeChat pushed within the last 48 hours',
    audit: 'byMinute',
    query: queryOf(schemas.pushesQuery),
    replies: {
      200: {
        description:
          'Newest first, each push once. For keys with the scope `send` or `privacy` with its ' +
          'content, while that is kept.',
        schema: schemas.pushesReply,
      },
    },
  },
  async ({ query, app, key }, { store, world }) => {
    const page = { limit: listPages.defaultLimit, ...query, nowMs: world.clock.now() }
    const found = await store.findPushes(app.appId, page)
    if (mayReadContent(key)) return { status: 200, body: found }
    const pushes = found.pushes.map((push) => {
      const { content: _, ...rest } = push
      return rest
    })
    return { status: 200, body: { ...found, pushes } }
  },
)

const httpReply = ({ status, type, body }: PushReply): HttpReply => ({
  status,
  body,
  headers: {
    'Content-Type': type,
    // The rest of a body that is too large stays unread, so the connection cannot be reused.
    ...(status === 200 ? {} : { Connection: 'close' }),
  },
})
