/** Reads one event of a phone: what the ledger records of it, and when it happened. */
import type { Group, ReachEvent } from '../../shared/wire/index.ts'
import { newCredit } from '../ledger/record.ts'
import type { Edition } from '../rules/credits.ts'
import type { EventRecord, GroupRecord, NewCredit } from '../store/store.ts'
import { consentCredits } from '../subscribe/consents.ts'
import { decryptUserData, openGIdOf } from '../verify/user-data.ts'

/** `stale`: encrypted data that no stored session_key decrypts; a sign-in has replaced the key. */
type Reading = { record: EventRecord; stale: boolean } | { rejected: 'not_a_form_id' | 'expired' }

/** Equal for all events of a batch. */
interface EventContext {
  /** On the platform's clock. */
  nowMs: number
  edition: Edition
  opener: GroupOpener
  /** Whether consents to the template have no limit of uses. Default: none has. */
  isLongTerm?(templateId: string): boolean
}

/** @param atMs when the event happened, on the platform's clock */
export function readEvent(event: ReachEvent, atMs: number, context: EventContext): Reading {
  const { nowMs, edition, opener, isLongTerm = () => false } = context
  switch (event.type) {
    case 'form.submitted': {
      if (!isFormId(event.formId)) return { rejected: 'not_a_form_id' }
      return unlessEnded(newCredit('form', event.formId, atMs, edition), nowMs, event.tag)
    }
    case 'payment.made': {
      const prepayId = withoutPrepayPrefix(event.prepayId)
      return unlessEnded(newCredit('payment', prepayId, atMs, edition), nowMs)
    }
    case 'subscription.answered': {
      const credits = consentCredits(answersOf(event), { atMs, edition, isLongTerm })
      return creditsOf(credits, event.tag)
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

const unlessEnded = (credit: NewCredit, nowMs: number, tag?: string): Reading =>
  credit.endsAtMs !== null && credit.endsAtMs <= nowMs
    ? { rejected: 'expired' }
    : creditsOf([credit], tag)

const creditsOf = (credits: NewCredit[], tag: string | undefined): Reading => ({
  record: { type: 'credits', credits, ...(tag !== undefined && { tag }) },
  stale: false,
})

/**
 * DevTools, development versions and today's platform put words in place of a formId (platform:
 * `the formId is a mock one`, `the formId is no longer available in develop or trial version of
 * this mini program`, `requestFormId:fail…`). A real one has no space and no colon.
 */
export const isFormId = (value: string): boolean => /^[^\s:]+$/.test(value) && value !== 'undefined'

/** `requestPayment` takes `package: 'prepay_id=…'`, and phones send that text as it is. */
export const withoutPrepayPrefix = (prepayId: string) => prepayId.replace(/^prepay_id=/, '')

/** The answers of a subscription event; none of other events. */
export function answersOf(event: ReachEvent): { templateId: string; status: string }[] {
  if (event.type !== 'subscription.answered') return []
  return Object.entries(event.answers).map(([templateId, status]) => ({ templateId, status }))
}

/**
 * When the event happened, on the platform's clock. The phone's clock decides only the age of the
 * event, so a wrong clock does no harm. A false age can only make an event of this phone look
 * older, or as new as its arrival.
 */
export function happenedAtMs(at: number, sentAt: number, receivedAtMs: number, maxAgeMs: number) {
  return Math.round(receivedAtMs - Math.min(Math.max(sentAt - at, 0), maxAgeMs))
}

interface GroupOpener {
  open(group: Group): { record: GroupRecord; stale: boolean }
}

/**
 * Decrypts the share data of one user to openGIds.
 *
 * @param context `sessionKeys`: the user's, newest first
 */
export function createGroupOpener(context: {
  appId: string
  sessionKeys: Buffer[]
  nowMs: number
}): GroupOpener {
  return {
    open(group) {
      if ('unavailable' in group) {
        return { record: { unavailable: group.unavailable }, stale: false }
      }
      const { encryptedData, iv } = group
      const opened = decryptUserData({ ...context, encryptedData, iv })
      if (!opened.ok) {
        return { record: { unavailable: opened.reason }, stale: opened.reason === 'undecryptable' }
      }
      const openGId = openGIdOf(opened.data)
      return { record: openGId ? { openGId } : { unavailable: 'not_a_group' }, stale: false }
    },
  }
}

/** The fields of an event that are stored: no ticket, no ciphertext, no formId or prepay_id. */
const storedFields = {
  'form.submitted': ['at', 'page', 'tag'],
  'payment.made': ['at'],
  'subscription.answered': ['at', 'answers', 'tag'],
  'share.started': ['at', 'shareId', 'parentShareId', 'from', 'title', 'page', 'path'],
  'share.finished': ['at', 'shareId', 'result'],
  'share.opened': ['at', 'shareId', 'scene', 'page'],
} as const satisfies Record<ReachEvent['type'], readonly string[]>

type StoredFields = Partial<Record<(typeof storedFields)[ReachEvent['type']][number], unknown>>

/**
 * The stored fields as JSON. Written piece by piece: this runs per event, and spares an object
 * each.
 */
export function redactedJson(event: ReachEvent): string {
  let json = ''
  for (const name of storedFields[event.type]) {
    const value = (event as StoredFields)[name]
    if (value === undefined) continue
    const stored = name === 'page' || name === 'path' ? withoutQuery(String(value)) : value
    const text = typeof stored === 'number' ? stored : JSON.stringify(stored)
    json += `${json === '' ? '{' : ','}"${name}":${text}`
  }
  return `${json === '' ? '{' : json}}`
}

/** A query may identify a person. */
function withoutQuery(page: string): string {
  const end = page.search(/[?#]/)
  return end === -1 ? page : page.slice(0, end)
}
