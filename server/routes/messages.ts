/** Sending. */
import type { MessageRequest } from '../../shared/wire.ts'
import { sendRules } from '../ledger/rules.ts'
import { ProblemError } from '../problem.ts'
import * as replies from '../schemas/replies.ts'
import type { MessageId, MessageRow } from '../store/store.ts'
import type { World } from '../world.ts'
import { composeMessage, decodeMessage, messageSchemas, warningsOf } from './message-body.ts'
import { messageReply } from './message-reply.ts'
import { operatorRoute } from './route.ts'
import type { Call } from './route.ts'

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
