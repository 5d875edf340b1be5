/** The body of `POST /v1/messages`: a schema for each channel and kind, and what no schema can say. */
import type {
  CustomerMessageRequest,
  FieldError,
  MessageRequest,
  SubscribeMessageRequest,
  TemplateMessageRequest,
} from '../../shared/wire.ts'
import { composeContent } from '../customer/compose-content.ts'
import {
  customerKinds,
  customerMessage,
  subscribeMessage,
  templateMessage,
} from '../schemas/operators.ts'
import { decoder } from '../schemas/schema.ts'
import type { Decode, Decoded } from '../schemas/schema.ts'
import { checkSubscribeData } from '../subscribe/check-data.ts'
import { findMarketing } from '../templates/marketing-words.ts'

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
  const composed = composeContent(request, appId)
  if (!composed.ok) return composed
  const { channel, openId, deadline } = request
  const value = { channel, openId, ...composed.value, ...(deadline !== undefined && { deadline }) }
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
