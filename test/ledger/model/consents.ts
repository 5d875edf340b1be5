/**
 * Consents as the model counts them: phone and push report the same one, and a later rejection ends
 * all before it.
 */
import { keeps } from './rules.ts'

type Source = 'phone' | 'push'

interface Consent {
  user: string
  templateId: string
  atMs: number
  from: Source | 'rejection'
}

export interface Consents {
  /** Is it a right of its own? */
  record(consent: Consent & { from: Source }): boolean
  reject(rejected: Omit<Consent, 'from'>): void
  sweep(nowMs: number): void
}

export function createConsents(): Consents {
  /** Not yet matched, and rejections. */
  let open: Consent[] = []
  const same = (a: Pick<Consent, 'user' | 'templateId'>) => (b: Consent) =>
    a.user === b.user && a.templateId === b.templateId

  return {
    record(consent) {
      const others = open.filter(same(consent))
      if (others.some(({ from, atMs }) => from === 'rejection' && atMs > consent.atMs)) return false
      const far = ({ atMs }: Consent) => Math.abs(atMs - consent.atMs)
      const [match] = others
        .filter(({ from }) => from === (consent.from === 'phone' ? 'push' : 'phone'))
        .filter((other) => far(other) <= keeps.consentsMatchMs)
        .sort((a, b) => far(a) - far(b) || a.atMs - b.atMs)
      open = match ? open.filter((one) => one !== match) : [...open, consent]
      return !match
    },
    reject(rejected) {
      open = open.filter((one) => !same(rejected)(one) || one.atMs >= rejected.atMs)
      open.push({ ...rejected, from: 'rejection' })
    },
    sweep: (nowMs) => void (open = open.filter(({ atMs }) => atMs >= nowMs - keeps.consentsMs)),
  }
}
