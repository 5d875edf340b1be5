/** Sending. */
import type { MessageRequest, FieldError, Message } from '../../../shared/wire/index.ts'
import { composeContent } from '../../customer/content.ts'
import { sendRules } from '../../rules/sending.ts'
import { withTimeout } from '../../runtime/concurrency.ts'
import { iso } from '../../runtime/time.ts'
import type { World } from '../../runtime/world.ts'
import type { MessageId, MessageRow } from '../../store/store.ts'
import { findMarketing } from '../../templates/marketing-words.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute } from '../route.ts'
import type { Call } from '../route.ts'
import * as schemas from '../schemas/messages.ts'
import type { Decoded } from '../schemas/schema.ts'

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
    body: { schemas: schemas.messageRequests, decode: schemas.decodeMessageRequest },
    replies: {
      201: { description: 'Settled: sent, refused or unknown.', schema: schemas.message },
      202: {
        description:
          'Not settled within ten seconds, or asked not to wait: ask GET /v1/messages/:id.',
        schema: schemas.message,
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
    replies: { 200: { description: 'The message.', schema: schemas.message } },
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
  const message = await withTimeout(monotonic, sendRules.answerWithinMs, settled)
  return message === 'timed_out' ? undefined : message
}

const asksAsync = ({ header }: Call) => /\brespond-async\b/i.test(header('Prefer') ?? '')
