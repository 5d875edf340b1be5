/** For WeChat: the address check, and messages and events. */
import Type from 'typebox'
import type { PushReply } from '../../pushes/pushes.ts'
import { pushLimits } from '../../rules/pushes.ts'
import { bytesOf, openRoute } from '../route.ts'
import type { Answer } from '../route.ts'

const text = Type.Optional(Type.String())
const signed = { signature: text, timestamp: text, nonce: text }

/** Judged as it came, without a hint at what is wrong with it. */
const queryOf = (properties: Record<string, typeof text>) => ({
  schema: Type.Object(properties),
  decode: (value: unknown) => ({ ok: true as const, value: value as Record<string, unknown> }),
})

const refusals = {
  403: { description: 'Refused; why is in the log.', contentTypes: ['text/plain'] },
}

export const getPush = openRoute(
  'GET /v1/push/:appId',
  {
    summary: 'The address check of 消息推送',
    query: queryOf({ ...signed, echostr: text }),
    replies: { 200: { description: '`echostr`.', contentTypes: ['text/plain'] }, ...refusals },
  },
  async ({ params, query }, { pushes }) => answer(pushes.check({ appId: params.appId!, query })),
)

export const postPush = openRoute(
  'POST /v1/push/:appId',
  {
    summary: 'A message or event that WeChat pushes',
    query: queryOf({ ...signed, msg_signature: text, encrypt_type: text, openid: text }),
    body: bytesOf({
      maxBytes: pushLimits.bodyBytes,
      contentTypes: ['text/xml', 'application/json'],
    }),
    replies: {
      200: {
        description: '`success`, or a reply to the message, encrypted where the push was.',
        contentTypes: ['text/plain', 'text/xml', 'application/json'],
      },
      ...refusals,
      503: { description: 'Not recorded: send it again.', contentTypes: ['text/plain'] },
    },
    refuse: (error, { pushes }) => answer(pushes.refuse(error)),
  },
  async ({ params, query, body }, { pushes }) =>
    answer(await pushes.handle({ appId: params.appId!, query, raw: body })),
)

const answer = ({ status, type, body }: PushReply): Answer => ({
  status,
  body,
  headers: {
    'Content-Type': type,
    // Of a body that was too large the rest is not read: the connection cannot be used again.
    ...(status === 200 ? {} : { Connection: 'close' }),
  },
})
