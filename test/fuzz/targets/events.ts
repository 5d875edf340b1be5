/** The body of `POST /v1/events`: what any phone sends with a token of its own. */
import { createCipheriv } from 'node:crypto'
import * as fc from 'fast-check'
import {
  createGroupOpener,
  happenedAtMs,
  readEvent,
  redactedJson,
} from '../../../server/events/read-event.ts'
import { decodeEvent, eventsEnvelope } from '../../../server/http/schemas/events.ts'
import { decoder } from '../../../server/http/schemas/schema.ts'
import { maxEventAgeMs } from '../../../server/rules/retention.ts'
import { isValue } from '../../../server/verify/values.ts'
import { jsonTokens, mutatedBytesOf, mutatedValue } from '../../support/mutations.ts'
import { promised, type FuzzTarget } from './target.ts'

const appId = 'wx0123456789abcdef'
const nowMs = 1_527_825_600_000
const sessionKey = Buffer.alloc(16, 1)
const iv = Buffer.alloc(16, 2)

const watermark = { appid: appId, timestamp: nowMs / 1_000 }
const group = {
  source: 'shareInfo',
  encryptedData: encrypted({ openGId: 'tGDlmb4iJ1O7Yzkvhgf5Bh6hQ7xo', watermark }),
  iv: iv.toString('base64'),
}

function encrypted(data: object): string {
  const cipher = createCipheriv('aes-128-cbc', sessionKey, iv)
  const plain = JSON.stringify(data)
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

const at = nowMs - 5_000
const page = 'pages/index/index?a=1'
const events = [
  { type: 'form.submitted', formId: '1527825600000-form', page },
  { type: 'form.submitted', formId: 'the formId is a mock one', page },
  { type: 'payment.made', prepayId: 'prepay_id=wx201806010001' },
  { type: 'subscription.answered', answers: { 'template-1': 'accept', 'template-2': 'reject' } },
  { type: 'share.started', shareId: 'share-0001', parentShareId: 'share-0000', page, from: 'menu' },
  { type: 'share.started', shareId: 'share-0001', page, path: page, title: '标题' },
  { type: 'share.finished', shareId: 'share-0001', result: 'ok', shareTickets: ['ticket-1'] },
  { type: 'share.finished', shareId: 'share-0001', result: 'fail', groups: [group, group] },
  { type: 'share.opened', shareId: 'share-0001', scene: 1044, page, shareTicket: 'ticket', group },
  { type: 'share.opened', scene: 1007, page, group: { unavailable: 'no ticket' } },
].map((event, n) => ({ id: `sample-event-${n}`, at, ...event }))

const old = { ...events[0], at: nowMs - 8 * 86_400_000 }
const batches = [
  ...[...events, old].map((event) => ({ sentAt: nowMs, events: [event] })),
  { sentAt: nowMs, events: events.slice(0, 3) },
]

const text = mutatedValue(batches).map((value) => Buffer.from(JSON.stringify(value)))

const decodeEnvelope = decoder(eventsEnvelope)

export const phoneEvents: FuzzTarget<Buffer> = {
  name: 'events',
  inputs: fc.oneof(
    { weight: 5, arbitrary: text },
    { weight: 1, arbitrary: mutatedBytesOf(text, { tokens: jsonTokens, maxBytes: 262_144 }) },
  ),
  read(body) {
    let parsed: unknown
    try {
      parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    } catch {
      return 'not_json'
    }
    const envelope = decodeEnvelope(parsed)
    if (!envelope.ok) return 'bad_envelope'
    const { sentAt, events: given } = envelope.value
    const opener = createGroupOpener({ appId, sessionKeys: [sessionKey], nowMs })
    const read = given.map((event, n) => readOne(event, n, sentAt, opener))
    return read[0]!
  },
  outcomes: (
    'not_json bad_envelope unknown_type invalid not_a_form_id expired credits share.started ' +
    'share.finished share.opened'
  ).split(' '),
}

function readOne(
  value: unknown,
  index: number,
  sentAt: number,
  opener: ReturnType<typeof createGroupOpener>,
): string {
  const decoded = decodeEvent(value, index)
  if (!decoded.ok) return decoded.result.reason ?? ''
  const { event } = decoded
  const atMs = happenedAtMs(event.at, sentAt, nowMs, maxEventAgeMs)
  promised(atMs <= nowMs && atMs >= nowMs - maxEventAgeMs, 'a phone dates nothing ahead')
  const stored = redactedJson(event)
  promised(typeof JSON.parse(stored) === 'object', 'what is stored of an event is JSON')
  promised(
    !/formId|prepayId|encryptedData|shareTicket/.test(namesIn(stored)),
    'no secret is stored',
  )
  const reading = readEvent(event, atMs, { nowMs, edition: '2026', opener })
  if ('rejected' in reading) return reading.rejected
  const { record } = reading
  if (record.type === 'credits') {
    for (const { endsAtMs, usableUntilMs } of record.credits) {
      promised(Number.isSafeInteger(endsAtMs ?? 0), 'an end can be stored')
      promised(Number.isSafeInteger(usableUntilMs ?? 0), 'an end can be stored')
    }
  }
  if (record.type === 'share.opened' && record.group && 'openGId' in record.group) {
    promised(isValue('openGId', record.group.openGId), 'an openGId can be stored')
  }
  return record.type
}

const namesIn = (json: string) => Object.keys(JSON.parse(json) as object).join(' ')
