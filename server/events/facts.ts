/** An event → the fact that the book records, or the reason why there is none. */
import type { ReachEvent } from '../../shared/wire.ts'
import { newCredit } from '../ledger/credits.ts'
import type { Edition } from '../ledger/rules.ts'
import type { Fact, NewCredit } from '../store/store.ts'
import { isFormId } from './form-id.ts'
import type { GroupOpener } from './group-data.ts'
import { withoutQuery } from './kept.ts'

export type Reading = { fact: Fact; stale: boolean } | { rejected: 'not_a_form_id' | 'expired' }

/** Of a batch. */
export interface Circumstances {
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
export function readEvent(event: ReachEvent, atMs: number, circumstances: Circumstances): Reading {
  const { nowMs, edition, opener, isLongTerm = () => false } = circumstances
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
      return { fact: { type: 'credits', credits }, stale: false }
    }
    case 'share.started': {
      const { type, shareId, parentShareId, page, path, title, from } = event
      const fact: Fact = {
        type,
        shareId,
        page: withoutQuery(page),
        ...(parentShareId && { parentShareId }),
        ...(path && { path: withoutQuery(path) }),
        ...(title && { title }),
        ...(from && { from }),
      }
      return { fact, stale: false }
    }
    case 'share.finished': {
      const { type, shareId, result } = event
      const opened = (event.groups ?? []).map((group) => opener.open(group))
      return {
        fact: { type, shareId, result, groups: opened.map(({ fact }) => fact) },
        stale: opened.some(({ stale }) => stale),
      }
    }
    case 'share.opened': {
      const { type, shareId, scene, page } = event
      const opened = event.group && opener.open(event.group)
      const fact: Fact = {
        type,
        scene,
        page: withoutQuery(page),
        ...(shareId && { shareId }),
        ...(opened && { group: opened.fact }),
      }
      return { fact, stale: opened?.stale ?? false }
    }
    default:
      return event satisfies never
  }
}

const unlessEnded = (credit: NewCredit, nowMs: number): Reading =>
  credit.endsAtMs !== null && credit.endsAtMs <= nowMs
    ? { rejected: 'expired' }
    : { fact: { type: 'credits', credits: [credit] }, stale: false }

/** `requestPayment` carries `package: 'prepay_id=…'`, and phones hand it over as it is. */
export const withoutPrepayPrefix = (prepayId: string) => prepayId.replace(/^prepay_id=/, '')
