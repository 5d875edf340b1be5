/**
 * The model's consents. Phone and push report the same consent, which counts once. A rejection ends
 * all earlier ones.
 */
import { periods } from './rules.ts'

type Source = 'phone' | 'push'

interface Consent {
  user: string
  templateId: string
  atMs: number
  from: Source | 'rejection'
}

export interface Consents {
  /** @returns whether it adds a credit: the first of two reports does */
  record(consent: Consent & { from: Source }): boolean
  reject(rejected: Omit<Consent, 'from'>): void
  sweep(nowMs: number): void
}

export function createConsents(): Consents {
  /** Consents that only one source has reported, and rejections. */
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
        .filter((other) => far(other) <= periods.consentsMatchMs)
        .sort((a, b) => far(a) - far(b) || a.atMs - b.atMs)
      open = match ? open.filter((one) => one !== match) : [...open, consent]
      return !match
    },
    reject(rejected) {
      open = open.filter((one) => !same(rejected)(one) || one.atMs >= rejected.atMs)
      open.push({ ...rejected, from: 'rejection' })
    },
    sweep: (nowMs) => void (open = open.filter(({ atMs }) => atMs >= nowMs - periods.consentsMs)),
  }
}
