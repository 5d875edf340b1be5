/** What a broadcast sends, to whom and how fast, as its row keeps it. */
import type {
  BroadcastMessage,
  BroadcastRequest,
  BroadcastSettings,
  MessageRequest,
  SendWindow as WindowWire,
} from '../../shared/wire/index.ts'
import { broadcastRules } from '../rules/broadcasts.ts'
import { spendableKinds, type Edition } from '../rules/credits.ts'
import { minute } from '../rules/time.ts'
import { maxPagePath } from '../rules/values.ts'
import type { Audience, LeasedRecipient, SpendableCredits } from '../store/store.ts'
import { fieldNames, fill, type Fields } from './fields.ts'
import type { SendWindow } from './send-window.ts'

export interface BroadcastPlan {
  name?: string
  message: BroadcastMessage
  audience: BroadcastSettings['audience']
  perMinute?: number
  spreadOverMs?: number
  sendWindow?: SendWindow
  /** Per cent of the audience that are left out. */
  holdout?: number
}

export const writePlan = (plan: BroadcastPlan): string => JSON.stringify(plan)
export const readPlan = (written: string): BroadcastPlan => JSON.parse(written) as BroadcastPlan

export const messageOf = (written: string): BroadcastMessage => readPlan(written).message

export function planOf(request: BroadcastRequest): BroadcastPlan {
  const { name, audience, perMinute, spreadOver, sendWindow, holdout, ...rest } = request
  const { startAt: _, deadline: _deadline, dryRun: _dryRun, ...message } = rest
  return {
    ...(name !== undefined && { name }),
    message,
    audience,
    ...(perMinute !== undefined && { perMinute }),
    ...(spreadOver !== undefined && { spreadOverMs: spreadOver * minute }),
    ...(sendWindow && { sendWindow: windowOf(sendWindow) }),
    ...(holdout !== undefined && { holdout }),
  }
}

/** The credits that its messages could use. */
export const creditsFor = ({ message }: BroadcastPlan, edition: Edition): SpendableCredits => ({
  kinds: spendableKinds[edition][message.channel],
  ...(message.channel === 'subscribe' && { ref: message.templateId }),
})

/** The users whom the audience `holders` has. */
export function holdersOf(plan: BroadcastPlan, edition: Edition): Audience {
  const { from: _, activeSince, ...rest } = { activeSince: undefined, ...plan.audience }
  return {
    ...creditsFor(plan, edition),
    ...rest,
    ...(activeSince !== undefined && { activeSinceMs: Date.parse(activeSince) }),
  }
}

const windowOf = ({ from, until, timeZone = 'Asia/Shanghai' }: WindowWire): SendWindow => ({
  fromMinute: minutesOf(from),
  untilMinute: minutesOf(until),
  timeZone,
})

export const windowReply = ({ fromMinute, untilMinute, timeZone }: SendWindow): WindowWire => ({
  from: clockOf(fromMinute),
  until: clockOf(untilMinute),
  timeZone,
})

function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number]
  return hours * 60 + minutes
}

const clockOf = (minutes: number) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')

/** The fields that its texts need. */
export const fieldsOf = ({ data = {} }: BroadcastMessage): string[] => [
  ...new Set(Object.values(data).flatMap(({ value }) => fieldNames(value))),
]

type Composed = { ok: true; request: MessageRequest } | { ok: false; missing: string[] }

/** The message to one recipient. */
export function compose(
  { message }: BroadcastPlan,
  { openId, data, page }: { openId: string; data: Fields; page?: string },
): Composed {
  const missing = fieldsOf(message).filter((name) => !Object.hasOwn(data, name))
  if (missing.length > 0) return { ok: false, missing }
  const filled = Object.entries(message.data ?? {}).map(([key, one]) => {
    const text = fill(one.value, data)
    return [key, { ...one, value: text.ok ? text.text : one.value }]
  })
  const request = {
    ...message,
    openId,
    ...(message.data && { data: Object.fromEntries(filled) as object }),
    ...(page !== undefined && { page }),
  } as MessageRequest
  return { ok: true, request }
}

/** As `compose`, of a row of the broadcast with that id. The page carries its mark. */
export function composeLeased(
  plan: BroadcastPlan,
  id: string,
  openId: string,
  { data, page = plan.message.page }: Pick<LeasedRecipient, 'data' | 'page'>,
): Composed {
  return compose(plan, {
    openId,
    data: data === undefined ? {} : (JSON.parse(data) as Fields),
    ...(page !== undefined && { page: withMark(page, id) }),
  })
}

/**
 * The page with a parameter that names the broadcast, by which an opening is known. A page that has
 * no room for it, or has one, stays as it is.
 */
export function withMark(page: string, broadcastId: string): string {
  const { idPrefix, markParameter } = broadcastRules
  const end = page.indexOf('#')
  const path = end === -1 ? page : page.slice(0, end)
  if (new RegExp(`[?&]${markParameter}=`).test(path)) return page
  const mark = `${markParameter}=${broadcastId.slice(idPrefix.length)}`
  const joint = !path.includes('?') ? '?' : /[?&]$/.test(path) ? '' : '&'
  const marked = path + joint + mark + page.slice(path.length)
  return marked.length > maxPagePath ? page : marked
}

/**
 * Milliseconds between two messages: the slower one of the limit a minute and of what is left of
 * the time to spread over. `undefined`: as fast as WeChat takes them.
 */
export function paceOf(
  { perMinute, spreadOverMs }: BroadcastPlan,
  { startedAtMs, waiting, nowMs }: { startedAtMs: number; waiting: number; nowMs: number },
): number | undefined {
  const leftMs = spreadOverMs === undefined ? 0 : startedAtMs + spreadOverMs - nowMs
  const paces = [
    ...(perMinute === undefined ? [] : [minute / perMinute]),
    ...(leftMs > 0 ? [leftMs / Math.max(1, waiting)] : []),
  ]
  return paces.length > 0 ? Math.max(...paces) : undefined
}
