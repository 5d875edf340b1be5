import type { NewCredit, UserNumber } from './store.ts'

export interface Consent {
  user: UserNumber
  templateId: string
  from: 'phone' | 'push'
  atMs: number
}

/** Who told, as in rows. Never renumber: files outlive versions. */
export const consentSource = { phone: 1, push: 2, revoked: 3 } as const

export const otherSource = ({ from }: Consent): number =>
  consentSource[from === 'phone' ? 'push' : 'phone']

export const phoneConsent = (
  { user, atMs }: Pick<Consent, 'user' | 'atMs'>,
  { ref }: NewCredit,
): Consent => ({ user, templateId: ref, from: 'phone', atMs })
