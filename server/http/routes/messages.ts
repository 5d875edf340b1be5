/** Sending. */
import type {
  MessageRequest,
  CustomerMessageRequest,
  FieldError,
  SubscribeMessageRequest,
  TemplateMessageRequest,
  Message,
} from '../../../shared/wire/index.ts'
import { composeContent } from '../../customer/content.ts'
import { sendRules } from '../../rules/sending.ts'
import { iso } from '../../runtime/time.ts'
import type { World } from '../../runtime/world.ts'
import type { MessageId, MessageRow } from '../../store/store.ts'
import { checkSubscribeData } from '../../subscribe/check-data.ts'
import { findMarketing } from '../../templates/marketing-words.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute } from '../route.ts'
import type { Call } from '../route.ts'
import {
  customerKinds,
  customerMessage,
  subscribeMessage,
  templateMessage,
} from '../schemas/operators.ts'
import * as replies from '../schemas/replies.ts'
import { decoder } from '../schemas/schema.ts'
import type { Decode, Decoded } from '../schemas/schema.ts'

/** The body of `POST /v1/messages`: a schema for each channel and kind, and what no schema can say. */

export const messageSchemas = [templateMessage, subscribeMessage, customerMessage]

/** Everything that WeChat would refuse and that can be known before: it costs neither a call nor a credit. */
export const decodeMessage: Decode<MessageRequest> = byWord<MessageRequest>('channel', {
  template: decodeTemplate(),
  subscribe: decodeSubscribe(),
  customer: decodeCustomer(),
})

/** The decoder that a field names, so that errors speak of what was meant. */
function byWord<T>(field: string, decoders: Readonly<Record<string, Decode<T>>>): Decode<T> {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return bad('', 'must be object')
    }
    const word = (value as Record<string, unknown>)[field]
    const decode = typeof word === 'string' && Object.hasOwn(decoders, word) && decoders[word]
    if (decode) return decode(value)
    const words = Object.keys(decoders).join(', ')
    return bad(`/${field}`, word === undefined ? 'is missing' : `must be one of ${words}`)
  }
}

function decodeTemplate(): Decode<TemplateMessageRequest> {
  const decode = decoder(templateMessage)
  return (value) => {
    const decoded = decode(value)
    if (!decoded.ok) return decoded
    const { emphasisKeyword, data = {} } = decoded.value
    if (!emphasisKeyword || Object.hasOwn(data, emphasisKeyword.replace('.DATA', ''))) {
      return decoded
    }
    return bad('/emphasisKeyword', 'must name a keyword of data')
  }
}

function decodeSubscribe(): Decode<SubscribeMessageRequest> {
  const decode = decoder(subscribeMessage)
  return (value) => {
    const decoded = decode(value)
    if (!decoded.ok) return decoded
    const errors = checkSubscribeData(decoded.value.data)
    return errors.length > 0 ? { ok: false, errors } : decoded
  }
}

function decodeCustomer(): Decode<CustomerMessageRequest> {
  const decodeContent = decoder(customerKinds.content)
  const decodeParts = decoder(customerKinds.parts)
  return byWord<CustomerMessageRequest>('msgtype', {
    text: (value) => (hasParts(value) ? decodeParts(value) : decodeContent(value)),
    image: decoder(customerKinds.image),
    link: decoder(customerKinds.link),
    miniprogrampage: decoder(customerKinds.miniprogrampage),
  })
}

function hasParts(value: unknown): boolean {
  const { text } = value as { text?: unknown }
  return typeof text === 'object' && text !== null && 'parts' in text
}

/** The message as it goes out: the parts of a text joined, and no other mini-program named. */
export function composeMessage(request: MessageRequest, appId: string): Decoded<MessageRequest> {
  if (request.channel !== 'customer') return { ok: true, value: request }
  const content = composeContent(request, appId)
  if (!content.ok) return content
  const { channel, openId, deadline } = request
  const value = { channel, openId, ...content.value, ...(deadline !== undefined && { deadline }) }
  return { ok: true, value }
}

/** Marketing words in a template message: WeChat takes them, and its review punishes them (seeds/001 审核说明 1.6). */
export function warningsOf(request: MessageRequest): FieldError[] {
  if (request.channel !== 'template') return []
  return Object.entries(request.data ?? {}).flatMap(([keyword, { value }]): FieldError[] => {
    const words = findMarketing(value).map(({ word }) => word)
    if (words.length === 0) return []
    const message = `holds marketing words (${words.join(', ')}), which template messages may not carry (审核说明 1.6)`
    return [{ path: `/data/${keyword}/value`, message }]
  })
}

const bad = (path: string, message: string): Decoded<never> => ({
  ok: false,
  errors: [{ path, message }],
})

/** A message as it is told to the outside. */

export function messageReply(row: MessageRow): Message {
  return {
    id: row.id,
    channel: row.channel,
    ...(row.openId !== undefined && { openId: row.openId }),
    ...(row.templateId !== undefined && { templateId: row.templateId }),
    state: row.state === 'sending' ? 'queued' : row.state,
    ...(row.inferred && { inferred: true }),
    ...(row.reason && { reason: row.reason }),
    attempts: row.attempts,
    createdAt: iso(row.createdAtMs),
    deadline: iso(row.deadlineMs),
    ...(row.settledAtMs !== undefined && { settledAt: iso(row.settledAtMs) }),
  }
}

export const postMessage = operatorRoute(
  'POST /v1/messages',
  'send',
  {
    summary: 'Send one message, once, for one credit',
    headers: {
      'Idempotency-Key': {
        description: 'Yours, one a message: 1 to 255 visible characters, known for 7 days.',
        required: true,
      },
      Prefer: { description: '`respond-async`: answer 202 at once.', required: false },
    },
    body: { schemas: messageSchemas, decode: decodeMessage },
    replies: {
      201: { description: 'Settled: sent, refused or unknown.', schema: replies.message },
      202: {
        description:
          'Not settled within ten seconds, or asked not to wait: ask GET /v1/messages/:id.',
        schema: replies.message,
      },
    },
  },
  async (call, { ledger, store, world }) => {
    const { body, app } = call
    const key = idempotencyKey(call)
    const until = body.deadline === undefined ? undefined : Date.parse(body.deadline)
    const opened = await ledger.send(app, composed(body, app.appId), key, until)
    if (opened.was === 'conflict') {
      const detail =
        'This Idempotency-Key was used for another message: a new message needs a new key.'
      throw new ProblemError(422, 'idempotency_conflict', detail)
    }
    const message = asksAsync(call)
      ? opened.message
      : ((await settledInTime(opened, world)) ??
        (await store.findMessage(app.appId, opened.message.id)) ??
        opened.message)
    const warnings = warningsOf(body)
    const reply = { ...messageReply(message), ...(warnings.length > 0 && { warnings }) }
    return {
      status: reply.state === 'queued' ? 202 : 201,
      body: reply,
      ...(opened.was === 'replayed' && { headers: { 'Idempotency-Replayed': 'true' } }),
    }
  },
)

export const getMessage = operatorRoute(
  'GET /v1/messages/:id',
  'read',
  {
    summary: 'One message and its outcome',
    replies: { 200: { description: 'The message.', schema: replies.message } },
  },
  async ({ params, app }, { store }) => {
    const message = await store.findMessage(app.appId, params.id as MessageId)
    if (!message) throw new ProblemError(404, 'not_found', 'This app has no message of that id.')
    return { status: 200, body: messageReply(message) }
  },
)

function composed(body: MessageRequest, appId: string): MessageRequest {
  const message = composeMessage(body, appId)
  if (message.ok) return message.value
  const detail = 'WeChat would refuse the message: see errors.'
  throw new ProblemError(400, 'invalid_body', detail, { errors: message.errors })
}

function idempotencyKey({ header }: Call): string {
  const key = header('Idempotency-Key')
  if (key !== undefined && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  const message = key === undefined ? 'is missing' : 'must be 1 to 255 visible ASCII characters'
  const detail =
    'Send a key of your own with each message, so that a retry is not a second message.'
  throw new ProblemError(400, 'invalid_header', detail, {
    errors: [{ path: 'header/Idempotency-Key', message }],
  })
}

async function settledInTime(
  { settled }: { settled(signal: AbortSignal): Promise<MessageRow> },
  { monotonic }: World,
): Promise<MessageRow | undefined> {
  const waiting = new AbortController()
  const { signal } = waiting
  const tooLong = monotonic.wait(sendRules.answerWithinMs, signal).then(() => undefined)
  return Promise.race([settled(signal), tooLong]).finally(() => waiting.abort('answered'))
}

const asksAsync = ({ header }: Call) => /\brespond-async\b/i.test(header('Prefer') ?? '')
