import Type from 'typebox'
import { broadcastStates, recipientStates, refusalCodes } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { fieldNames, fieldProblem } from '../../broadcasts/fields.ts'
import { timeZone as parseTimeZone } from '../../config/values.ts'
import { broadcastRules } from '../../rules/broadcasts.ts'
import { phoneTexts } from '../../rules/requests.ts'
import { checkSubscribeData } from '../../subscribe/check-data.ts'
import {
  pageErrors,
  selectBy,
  subscribeMessageRequest,
  templateMessageRequest,
} from './messages.ts'
import {
  anyFields,
  count,
  csvFormat,
  decoder,
  like,
  listQuery,
  openGId,
  requestedTime,
  strict,
  text,
  time,
  urlSafeId,
  type Decode,
} from './schema.ts'

const { maxName, maxPerMinute, maxSpreadOverMinutes, maxHoldout } = broadcastRules

const narrowing = {
  tag: Type.Optional(text(phoneTexts.tag)),
  activeSince: Type.Optional(requestedTime),
  openGId: Type.Optional(openGId),
  shareId: Type.Optional(urlSafeId),
}
const audience = Type.Object({ from: Type.Enum(['list', 'holders']), ...narrowing }, strict)
const clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })
const sendWindow = like<wire.SendWindow>()(
  Type.Object({ from: clock, until: clock, timeZone: Type.Optional(text(64)) }, strict),
)
const pace = {
  sendWindow: Type.Optional(sendWindow),
  perMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: maxPerMinute })),
  spreadOver: Type.Optional(Type.Integer({ minimum: 1, maximum: maxSpreadOverMinutes })),
}

const holdout = Type.Optional(Type.Integer({ minimum: 1, maximum: maxHoldout }))

const settings = {
  name: Type.Optional(text(maxName)),
  audience,
  startAt: Type.Optional(requestedTime),
  deadline: Type.Optional(requestedTime),
  ...pace,
  holdout,
  dryRun: Type.Optional(Type.Boolean()),
}

const {
  openId: _a,
  sendAt: _b,
  deadline: _c,
  ...templateFields
} = templateMessageRequest.properties
const { openId: _d, sendAt: _e, deadline: _f, ...textFields } = subscribeMessageRequest.properties
const templateBroadcast = Type.Object({ ...templateFields, ...settings }, strict)
const subscribeBroadcast = Type.Object({ ...textFields, ...settings }, strict)

export const broadcastRequests = [templateBroadcast, subscribeBroadcast]

export const decodeBroadcastRequest: Decode<wire.BroadcastRequest> =
  selectBy<wire.BroadcastRequest>('channel', {
    template: checked(decoder(templateBroadcast)),
    subscribe: checked(decoder(subscribeBroadcast)),
  })

function checked(decode: Decode<wire.BroadcastRequest>): Decode<wire.BroadcastRequest> {
  return (value) => {
    const decoded = decode(value)
    if (!decoded.ok) return decoded
    const errors = errorsOf(decoded.value)
    return errors.length > 0 ? { ok: false, errors } : decoded
  }
}

function errorsOf(request: wire.BroadcastRequest): wire.FieldError[] {
  const { startAt, deadline, sendWindow: hours, dryRun, audience: to } = request
  const errors = [...pageErrors(request.page), ...textErrors(request)]
  const refuse = (path: string, message: string) => errors.push({ path, message })
  if (startAt && deadline && Date.parse(deadline) <= Date.parse(startAt)) {
    refuse('/deadline', 'must be after startAt')
  }
  if (hours?.from !== undefined && hours.from === hours.until) {
    refuse('/sendWindow/until', 'must be another time than from')
  }
  const zone = hours?.timeZone === undefined ? undefined : parseTimeZone(hours.timeZone)
  if (zone && 'problem' in zone) refuse('/sendWindow/timeZone', zone.problem)
  if (to.from === 'list') {
    for (const name of Object.keys(narrowing).filter((one) => one in to)) {
      refuse(`/audience/${name}`, 'chooses among holders: a list has its own recipients')
    }
  }
  if (dryRun && to.from === 'list') {
    refuse(
      '/dryRun',
      'counts holders: with a list, upload it and get /v1/broadcasts/:id/forecast before its start',
    )
  }
  return errors
}

/** Types are checked where no recipient fills a field; the others are, with each recipient. */
function textErrors({ channel, data = {}, audience: to }: wire.BroadcastRequest) {
  const values = Object.entries(data as wire.SubscribeData)
  const errors = values.flatMap(([key, { value }]): wire.FieldError[] => {
    const path = `/data/${key}/value`
    const message = fieldProblem(value)
    if (message !== undefined) return [{ path, message }]
    const names = fieldNames(value)
    if (names.length === 0 || to.from === 'list') return []
    const fields = names.map((name) => `{{${name}}}`).join(', ')
    return [{ path, message: `holds ${fields}, which only an uploaded list fills: use a list` }]
  })
  if (channel !== 'subscribe') return errors
  const filled = ({ path }: wire.FieldError) =>
    values.some(([key, { value }]) => path === `/data/${key}/value` && value.includes('{{'))
  const typed = checkSubscribeData(data as wire.SubscribeData)
  return [...errors, ...typed.filter((error) => !filled(error))]
}

const state = Type.Enum([...broadcastStates])
const recipientState = Type.Enum([...recipientStates])

export const counts = like<wire.BroadcastCounts>()(
  Type.Object({
    recipients: count,
    waiting: count,
    sent: count,
    refused: count,
    unknown: count,
    heldOut: count,
  }),
)

const fields = {
  id: Type.String(),
  name: Type.Optional(Type.String()),
  channel: Type.Enum(['template', 'subscribe']),
  templateId: Type.String(),
  state,
  audience: Type.Object({ ...audience.properties }),
  counts,
  createdAt: time,
  startAt: Type.Optional(time),
  startedAt: Type.Optional(time),
  endedAt: Type.Optional(time),
  deadline: Type.Optional(time),
  ...pace,
  holdout,
  reason: Type.Optional(Type.String()),
  heldUntil: Type.Optional(time),
}

export const broadcast = Type.Object(fields)
export const broadcastForecast = like<wire.BroadcastForecast>()(
  Type.Object({
    reachable: count,
    refused: Type.Array(Type.Object({ reason: Type.Enum([...refusalCodes]), count })),
    heldOut: count,
    credits: count,
    takesSeconds: count,
  }),
)

export const broadcastWithCounts = Type.Object({
  ...fields,
  reasons: Type.Array(Type.Object({ state: recipientState, reason: Type.String(), count })),
  rate: count,
  expectedEnd: Type.Optional(time),
  content: Type.Optional(anyFields),
})

const cursor = Type.Optional(Type.String())

export const broadcastsQuery = like<wire.BroadcastsQuery>()(
  Type.Object({ state: Type.Optional(state), ...listQuery }, strict),
)
export const broadcastsReply = Type.Object({ broadcasts: Type.Array(broadcast), cursor })

export const uploadQuery = like<wire.UploadQuery>()(
  Type.Object({ format: Type.Optional(Type.Enum(['ndjson', 'csv'])) }, strict),
)
export const recipientsAdded = like<wire.RecipientsAdded>()(
  Type.Object({
    added: count,
    known: count,
    bad: count,
    problems: Type.Array(Type.Object({ line: count, message: Type.String() })),
    counts,
  }),
)

export const recipientsQuery = like<wire.RecipientsQuery>()(
  Type.Object({ state: Type.Optional(recipientState), format: csvFormat, ...listQuery }, strict),
)
export const recipientsReply = like<wire.RecipientsReply>()(
  Type.Object({
    recipients: Type.Array(
      Type.Object({
        openId: Type.Optional(Type.String()),
        state: recipientState,
        reason: Type.Optional(Type.String()),
        messageId: Type.Optional(Type.String()),
        openedAt: Type.Optional(time),
        renewedAt: Type.Optional(time),
      }),
    ),
    cursor,
  }),
)
