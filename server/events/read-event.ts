/** An event → the record that the book records, or the reason why there is none. */
import type { ReachEvent, EventResult, Group } from '../../shared/wire/index.ts'
import { eventDecoders } from '../http/schemas/events.ts'
import { newCredit } from '../ledger/record.ts'
import type { Edition } from '../rules/credits.ts'
import { isObject } from '../runtime/json.ts'
import type { EventRecord, NewCredit, GroupRecord } from '../store/store.ts'
import { decryptUserData, openGIdOf } from '../verify/user-data.ts'

export type Reading =
  { record: EventRecord; stale: boolean } | { rejected: 'not_a_form_id' | 'expired' }

/** Of a batch. */
export interface EventContext {
  /** On the platform's clock. */
  nowMs: number
  edition: Edition
  opener: GroupOpener
  /** Templates to which a consent has no count. Default: none. */
  isLongTerm?(templateId: string): boolean
}

/** Words by which a user agrees to a subscription (platform: wx.requestSubscribeMessage). */
const acceptingWords = new Set([
  'accept',
  'acceptWithAlert',
  'acceptWithAudio',
  'acceptWithForcePush',
])

export const isAccepting = (word: string): boolean => acceptingWords.has(word)

/** @param atMs when the event happened, on the platform's clock */
export function readEvent(event: ReachEvent, atMs: number, context: EventContext): Reading {
  const { nowMs, edition, opener, isLongTerm = () => false } = context
  switch (event.type) {
    case 'form.submitted': {
      if (!isFormId(event.formId)) return { rejected: 'not_a_form_id' }
      return unlessEnded(newCredit('form', event.formId, atMs, edition), nowMs)
    }
    case 'payment.made': {
      const prepayId = withoutPrepayPrefix(event.prepayId)
      return unlessEnded(newCredit('payment', prepayId, atMs, edition), nowMs)
    }
    case 'subscription.answered': {
      const credits = Object.entries(event.answers)
        .filter(([, word]) => isAccepting(word))
        .map(([templateId]) => {
          const made = newCredit('subscription', templateId, atMs, edition)
          return isLongTerm(templateId) ? { ...made, uses: null } : made
        })
      return { record: { type: 'credits', credits }, stale: false }
    }
    case 'share.started': {
      const { type, shareId, parentShareId, page, path, title, from } = event
      const record: EventRecord = {
        type,
        shareId,
        page: withoutQuery(page),
        ...(parentShareId && { parentShareId }),
        ...(path && { path: withoutQuery(path) }),
        ...(title && { title }),
        ...(from && { from }),
      }
      return { record, stale: false }
    }
    case 'share.finished': {
      const { type, shareId, result } = event
      const opened = (event.groups ?? []).map((group) => opener.open(group))
      return {
        record: { type, shareId, result, groups: opened.map(({ record }) => record) },
        stale: opened.some(({ stale }) => stale),
      }
    }
    case 'share.opened': {
      const { type, shareId, scene, page } = event
      const opened = event.group && opener.open(event.group)
      const record: EventRecord = {
        type,
        scene,
        page: withoutQuery(page),
        ...(shareId && { shareId }),
        ...(opened && { group: opened.record }),
      }
      return { record, stale: opened?.stale ?? false }
    }
    default:
      return event satisfies never
  }
}

const unlessEnded = (credit: NewCredit, nowMs: number): Reading =>
  credit.endsAtMs !== null && credit.endsAtMs <= nowMs
    ? { rejected: 'expired' }
    : { record: { type: 'credits', credits: [credit] }, stale: false }

/** `requestPayment` carries `package: 'prepay_id=…'`, and phones hand it over as it is. */
export const withoutPrepayPrefix = (prepayId: string) => prepayId.replace(/^prepay_id=/, '')

/** One event as the phone sent it → an event that can be recorded, or the reason why not. */

export type DecodedOne = { ok: true; event: ReachEvent } | { ok: false; result: EventResult }

/** @param index the event's place in its batch, for the paths of bad fields */
export function decodeEvent(value: unknown, index: number): DecodedOne {
  const fields = isObject(value) ? value : {}
  const id = typeof fields.id === 'string' ? fields.id : null
  const rejected = (rest: Partial<EventResult>): DecodedOne => ({
    ok: false,
    result: { id, status: 'rejected', ...rest },
  })

  const type = fields.type
  if (typeof type !== 'string' || !Object.hasOwn(eventDecoders, type)) {
    const message = `must be one of ${Object.keys(eventDecoders).join(', ')}`
    return rejected({
      reason: 'unknown_type',
      errors: [{ path: `/events/${index}/type`, message }],
    })
  }
  const decoded = eventDecoders[type as ReachEvent['type']](value)
  if (decoded.ok) return { ok: true, event: decoded.value }
  return rejected({
    reason: 'invalid',
    errors: decoded.errors.map(({ path, message }) => ({
      path: `/events/${index}${path}`,
      message,
    })),
  })
}

/**
 * When the event happened, on the platform's clock. Only the age that the phone claims is taken from it, so
 * that a wrong clock does no harm, and a lie can only make what the phone withheld look older or just arrived.
 */
export function happenedAtMs(at: number, sentAt: number, receivedAtMs: number, maxAgeMs: number) {
  return Math.round(receivedAtMs - Math.min(Math.max(sentAt - at, 0), maxAgeMs))
}

/**
 * What a form yields where there is no formId: DevTools, development versions and today's platform put words
 * in its place (platform: `the formId is a mock one`, `the formId is no longer available in develop or trial
 * version of this mini program`, `requestFormId:fail…`). Real ones never hold a space or a colon.
 */
export const isFormId = (value: string): boolean => /^[^\s:]+$/.test(value) && value !== 'undefined'

/** Encrypted share data of one user → openGIds. */

export interface GroupOpener {
  /** `stale`: no kept session_key opens it; a sign-in in between has replaced the key. */
  open(group: Group): { record: GroupRecord; stale: boolean }
}

/** @param sessionKeys of the user, newest first */
export function createGroupOpener(world: {
  appId: string
  sessionKeys: Buffer[]
  nowMs: number
}): GroupOpener {
  return {
    open(group) {
      if ('unavailable' in group)
        return { record: { unavailable: group.unavailable }, stale: false }
      const { encryptedData, iv } = group
      const opened = decryptUserData({ ...world, encryptedData, iv })
      if (!opened.ok) {
        return { record: { unavailable: opened.reason }, stale: opened.reason === 'undecryptable' }
      }
      const openGId = openGIdOf(opened.data)
      return { record: openGId ? { openGId } : { unavailable: 'not_a_group' }, stale: false }
    },
  }
}

/** What is kept of an event as it came: no ticket, no ciphertext, no right to send, no query of a page. */

const fields = {
  'form.submitted': ['at', 'page'],
  'payment.made': ['at'],
  'subscription.answered': ['at', 'answers'],
  'share.started': ['at', 'shareId', 'parentShareId', 'from', 'title', 'page', 'path'],
  'share.finished': ['at', 'shareId', 'result'],
  'share.opened': ['at', 'shareId', 'scene', 'page'],
} as const satisfies Record<ReachEvent['type'], readonly string[]>

type Fields = Partial<Record<(typeof fields)[ReachEvent['type']][number], unknown>>

/** Written piece by piece: it is done for each event, and an object to write at once would be made for nothing else. */
export function redactedJson(event: ReachEvent): string {
  let json = ''
  for (const name of fields[event.type]) {
    const value = (event as Fields)[name]
    if (value === undefined) continue
    const kept = name === 'page' || name === 'path' ? withoutQuery(String(value)) : value
    json += `${json === '' ? '{' : ','}"${name}":${typeof kept === 'number' ? kept : JSON.stringify(kept)}`
  }
  return `${json === '' ? '{' : json}}`
}

/** A query may name a person. */
export function withoutQuery(page: string): string {
  const end = page.search(/[?#]/)
  return end === -1 ? page : page.slice(0, end)
}
