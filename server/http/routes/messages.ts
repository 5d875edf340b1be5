/** Sending, and the state of sent messages. */
import type { FieldError, MessageRequest } from '../../../shared/wire/index.ts'
import { composeContent, contentWarnings } from '../../customer/content.ts'
import { callReply, messageReply } from '../../ledger/send.ts'
import { minimumWechatVersion } from '../../rules/credits.ts'
import { listPages } from '../../rules/requests.ts'
import { sendRules } from '../../rules/sending.ts'
import { lintRules } from '../../rules/templates.ts'
import { day, second } from '../../rules/time.ts'
import { withTimeout, type World } from '../../runtime/world.ts'
import type { MessageId, MessageRow } from '../../store/store.ts'
import { findMarketing } from '../../templates/marketing-words.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute, queryOf, type RouteRequest } from '../route.ts'
import * as schemas from '../schemas/messages.ts'
import { partial } from '../schemas/schema.ts'

const { maxKeyCharacters } = sendRules
const keyCharacters = `1 to ${maxKeyCharacters} visible ASCII characters`
const keyPattern = new RegExp(`^[!-~]{1,${maxKeyCharacters}}$`)

export const postMessage = operatorRoute(
  'POST /v1/messages',
  'send',
  {
    summary: 'Send one message, once, for one credit',
    headers: {
      'Idempotency-Key': {
        description:
          `One of your own for each message: ${keyCharacters}. ` +
          `The server recognises it for ${sendRules.keyKeptMs / day} days.`,
        required: true,
      },
      Prefer: { description: '`respond-async`: reply 202 without waiting.', required: false },
    },
    body: { schemas: schemas.messageRequests, decode: schemas.decodeMessageRequest },
    replies: {
      201: { description: 'Final: sent, refused or unknown.', schema: schemas.message },
      202: {
        description:
          `Not final within ${sendRules.answerWithinMs / second} seconds, or not waited for: ` +
          'see GET /v1/messages/:id.',
        schema: schemas.message,
      },
    },
  },
  async (request, { ledger, store, world }) => {
    const { body, app, key, trace } = request
    const deadlineMs = body.deadline === undefined ? undefined : Date.parse(body.deadline)
    const idempotencyKey = readIdempotencyKey(request)
    const { requestId, network } = trace
    const sentBy = { keyId: key.id, requestId, network }
    const message = compose(body, app.appId)
    const sent = await ledger.send(app, message, idempotencyKey, deadlineMs, sentBy)
    if (sent.was === 'conflict') {
      const detail =
        'This Idempotency-Key was used for another message: a new message needs a new key.'
      throw new ProblemError(422, 'idempotency_conflict', detail)
    }
    const row = request.prefersAsync()
      ? sent.message
      : ((await finalInTime(sent, world)) ??
        (await store.findMessage(app.appId, sent.message.id)) ??
        sent.message)
    const reply = messageReply(row)
    const warnings = [...warningsOf(body), ...versionWarnings(body, sent.belowMinimum)]
    return {
      status: reply.state === 'queued' ? 202 : 201,
      body: { ...reply, ...(warnings.length > 0 && { warnings }) },
      ...(sent.was === 'replayed' && { headers: { 'Idempotency-Replayed': 'true' } }),
    }
  },
)

export const getMessage = operatorRoute(
  'GET /v1/messages/:id',
  'read',
  {
    summary: 'A message, its state and the calls that were made for it',
    audit: 'byMinute',
    replies: { 200: { description: 'The message.', schema: schemas.messageWithCalls } },
  },
  async ({ params, app }, { store }) => {
    const row = await store.findMessage(app.appId, params.id as MessageId)
    if (!row) throw new ProblemError(404, 'not_found', 'This app has no message of that id.')
    const calls = await store.findCalls(app.appId, row.id)
    return { status: 200, body: { ...messageReply(row), calls: calls.map(callReply) } }
  },
)

export const getMessages = operatorRoute(
  'GET /v1/messages',
  'read',
  {
    summary: 'Messages by user, state, reason, template, channel and time',
    audit: 'byMinute',
    query: queryOf(schemas.messagesQuery),
    replies: {
      200: {
        description: `Newest first, by \`createdAt\`. ${partial}`,
        schema: schemas.messagesReply,
      },
    },
  },
  async ({ query, app }, { store }) => {
    const { since, until, limit = listPages.defaultLimit, ...filter } = query
    const { messages, ...next } = await store.findMessages(app.appId, {
      ...filter,
      limit,
      ...(since !== undefined && { sinceMs: Date.parse(since) }),
      ...(until !== undefined && { untilMs: Date.parse(until) }),
    })
    return { status: 200, body: { messages: messages.map(messageReply), ...next } }
  },
)

function readIdempotencyKey({ header }: RouteRequest): string {
  const key = header('Idempotency-Key')
  if (key !== undefined && keyPattern.test(key)) return key
  const message = key === undefined ? 'is missing' : `must be ${keyCharacters}`
  const detail =
    'Send a key of your own with each message, so that a retry does not send a second message.'
  throw new ProblemError(400, 'invalid_header', detail, {
    errors: [{ path: 'header/Idempotency-Key', message }],
  })
}

/**
 * The message in WeChat's form: the parts of a text are joined. A link to another mini-program is
 * refused.
 */
function compose(request: MessageRequest, appId: string): MessageRequest {
  if (request.channel !== 'customer') return request
  const content = composeContent(request, appId)
  if (!content.ok) {
    const detail = 'WeChat would refuse the message: see errors.'
    throw new ProblemError(400, 'invalid_body', detail, { errors: content.errors })
  }
  const { channel, openId, deadline } = request
  return { channel, openId, ...content.value, ...(deadline !== undefined && { deadline }) }
}

async function finalInTime(
  { final }: { final(signal: AbortSignal): Promise<MessageRow> },
  { monotonic }: World,
): Promise<MessageRow | undefined> {
  const row = await withTimeout(monotonic, sendRules.answerWithinMs, final)
  return row === 'timed_out' ? undefined : row
}

/** A template message to a phone that never shows it (seeds/001 Bug & Tip). */
function versionWarnings({ channel }: MessageRequest, belowMinimum: boolean): FieldError[] {
  if (channel !== 'template' || !belowMinimum) return []
  const message =
    `belongs to a phone with a WeChat below ${minimumWechatVersion}, ` +
    'which never shows a template message'
  return [{ path: '/openId', message }]
}

/**
 * What WeChat accepts and shows badly, or penalises: marketing words in a template message
 * (seeds/001 审核说明 1.6).
 */
function warningsOf(request: MessageRequest): FieldError[] {
  if (request.channel === 'customer') return contentWarnings(request)
  if (request.channel !== 'template') return []
  const shown = Object.entries(request.data ?? {}).slice(0, lintRules.marketing.values)
  return shown.flatMap(([keyword, { value }]): FieldError[] => {
    const words = findMarketing(value).map(({ word }) => word)
    if (words.length === 0) return []
    const message =
      `holds marketing words (${words.join(', ')}), ` +
      'which template messages may not carry (审核说明 1.6)'
    return [{ path: `/data/${keyword}/value`, message }]
  })
}
