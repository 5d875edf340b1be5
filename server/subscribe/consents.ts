/** What a user's answers to a subscription request are worth. */
import { newCredit } from '../ledger/record.ts'
import type { Edition } from '../rules/credits.ts'
import type { NewCredit } from '../store/store.ts'

/** One answer about one template: from the phone, or pushed by WeChat. */
interface Answer {
  templateId: string
  status: string
}

/** Answers by which a user agrees to a subscription (platform: wx.requestSubscribeMessage). */
const acceptingWords = new Set([
  'accept',
  'acceptWithAlert',
  'acceptWithAudio',
  'acceptWithForcePush',
])

/** The templates to which the user agreed. */
export function acceptedTemplates(answers: readonly Answer[]): string[] {
  return answers
    .filter(({ status }) => acceptingWords.has(status))
    .map(({ templateId }) => templateId)
}

/** One credit per template agreed to, in the order of the answers. */
export function consentCredits(
  answers: readonly Answer[],
  context: { atMs: number; edition: Edition; isLongTerm(templateId: string): boolean },
): NewCredit[] {
  const { atMs, edition, isLongTerm } = context
  return acceptedTemplates(answers).map((templateId) => {
    const credit = newCredit('subscription', templateId, atMs, edition)
    // A consent to a long-term template has no limit of uses (platform: newtmpl, type 3).
    return isLongTerm(templateId) ? { ...credit, uses: null } : credit
  })
}
