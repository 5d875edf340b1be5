/** Sending, and the state of sent messages. */
import type { FieldError, MessageRequest } from '../../../shared/wire/index.ts'
import { composeContent, contentWarnings } from '../../customer/content.ts'
import { sumMessages } from '../../ledger/message-sums.ts'
import { callReply, contentOf, messageReply } from '../../ledger/send.ts'
import { minimumWechatVersion } from '../../rules/credits.ts'
import { listPages, messageSums } from '../../rules/requests.ts'
import { retention } from '../../rules/retention.ts'
import { sendRules } from '../../rules/sending.ts'
import { lintRules } from '../../rules/templates.ts'
import { day, hour, second } from '../../rules/time.ts'
import { iso, withTimeout, type Waiting, type World } from '../../runtime/world.ts'
import type { MessageId, MessageRow } from '../../store/store.ts'
import { findMarketing } from '../../templates/marketing-words.ts'
import { mayReadContent } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute, queryOf, type RouteRequest } from '../route.ts'
import * as schemas from '../schemas/messages.ts'
import { partial } from '../schemas/schema.ts'
import { creditWarning } from './scheduled-messages.ts'

const { maxKeyCharacters } = sendRules
const keyCharacters = `1 to ${maxKeyCharacters} visible ASCII characters`
const keyPattern = new RegExp(`^[!-~]{1,${maxKeyCharacters}}$`)

export const postMessage = operatorRoute(
  'POST /v1/messages',
  'send',
  {
    summary: 'Send one message, once, for one credit, now or later',
    headers: {
      'Idempotency-Key': {
        description:
          `One of your own for each message: ${keyCharacters}. ` +
          `The server recognises it for ${sendRules.keyKeptMs / day} days, from \`sendAt\` on if ` +
          'there is one.',
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
          'see GET /v1/messages/:id. With `sendAt`: it waits until then.',
        schema: schemas.message,
      },
    },
  },
  async (request, services) => {
    const { ledger, store, world } = services
    const { body, app, key, trace } = request
    const deadlineMs = body.deadline === undefined ? undefined : Date.parse(body.deadline)
    const sendAtMs = readSendAt(body, world.clock.now())
    const idempotencyKey = readIdempotencyKey(request)
    const { requestId, network } = trace
    const sentBy = { keyId: key.id, requestId, network }
    const message = compose(body, app.appId)
    const when = { sendAtMs, deadlineMs, sentBy }
    const sent = await ledger.send(app, message, idempotencyKey, when)
    if (sent.was === 'conflict') {
      const detail =
        'This Idempotency-Key was used for another message: a new message needs a new key.'
      throw new ProblemError(422, 'idempotency_conflict', detail)
    }
    const row =
      request.prefersAsync() || sent.message.state === 'scheduled'
        ? sent.message
        : ((await finalInTime(sent, world)) ??
          (await store.findMessage(app.appId, sent.message.id)) ??
          sent.message)
    const reply = messageReply(row)
    const { state } = reply
    const { creditUntil, warnings: later } =
      state === 'scheduled' ? await creditWarning(services, app, body, row) : { warnings: [] }
    const warnings = [...warningsOf(body), ...versionWarnings(body, sent.belowMinimum), ...later]
    return {
      status: state === 'queued' || state === 'scheduled' ? 202 : 201,
      body: {
        ...reply,
        ...(creditUntil !== undefined && { creditUntil }),
        ...(warnings.length > 0 && { warnings }),
      },
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
    replies: {
      200: {
        description: 'The message; for keys with the scope `send` or `privacy` with its content.',
        schema: schemas.messageWithCalls,
      },
    },
  },
  async ({ params, app, key }, { store }) => {
    const row = await store.findMessage(app.appId, params.id as MessageId)
    if (!row) throw new ProblemError(404, 'not_found', 'This app has no message of that id.')
    const calls = await store.findCalls(app.appId, row.id)
    const content = mayReadContent(key) ? contentOf(row) : undefined
    const body = {
      ...messageReply(row),
      ...(content && { content }),
      ...(row.payload !== undefined && {
        contentUntil: iso((row.sendAtMs ?? row.createdAtMs) + retention.messageDataMs),
      }),
      calls: calls.map(callReply),
    }
    return { status: 200, body }
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

export const getMessagesSummary = operatorRoute(
  'GET /v1/messages/summary',
  'read',
  {
    summary: 'How many messages there are, by state, reason, channel and template',
    audit: 'byMinute',
    query: queryOf(schemas.messagesSummaryQuery),
    replies: {
      200: {
        description:
          `Of the last ${messageSums.spanMs / hour} hours, unless \`since\` says otherwise. ` +
          'While there is a `cursor` there are older ones: a reply counts among the newest ' +
          `${(messageSums.maxSteps * listPages.searched).toLocaleString('en')} messages at most.`,
        schema: schemas.messagesSummaryReply,
      },
    },
  },
  async ({ query, app }, services) => {
    const { since, until, ...filter } = query
    const untilMs = until === undefined ? services.world.clock.now() : Date.parse(until)
    // Years before 0 have no ISO 8601 text of four digits.
    const sinceMs =
      since === undefined ? Math.max(0, untilMs - messageSums.spanMs) : Date.parse(since)
    const sums = await sumMessages(services, app.appId, {
      ...filter,
      sinceMs,
      ...(until !== undefined && { untilMs }),
    })
    return { status: 200, body: { since: iso(sinceMs), ...sums } }
  },
)

export function readIdempotencyKey({ header }: RouteRequest): string {
  const key = header('Idempotency-Key')
  if (key !== undefined && keyPattern.test(key)) return key
  const message = key === undefined ? 'is missing' : `must be ${keyCharacters}`
  const detail =
    'Send a key of your own with each message, so that a retry does not send a second message.'
  throw new ProblemError(400, 'invalid_header', detail, {
    errors: [{ path: 'header/Idempotency-Key', message }],
  })
}

/** A moment that has passed is no error: the request may be a retry. */
function readSendAt({ sendAt }: MessageRequest, nowMs: number): number | undefined {
  if (sendAt === undefined) return undefined
  const sendAtMs = Date.parse(sendAt)
  if (sendAtMs <= nowMs + sendRules.sendAheadMs) return sendAtMs
  const message = `must be at most ${sendRules.sendAheadMs / day} days ahead`
  const errors = [{ path: '/sendAt', message }]
  throw new ProblemError(400, 'invalid_body', 'The body has a bad field: see errors.', { errors })
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
  const { channel, openId, sendAt, deadline } = request
  return {
    channel,
    openId,
    ...content.value,
    ...(sendAt !== undefined && { sendAt }),
    ...(deadline !== undefined && { deadline }),
  }
}

async function finalInTime(
  { final }: { final(waiting: Waiting): Promise<MessageRow> },
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
