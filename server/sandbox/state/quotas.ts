/** Limits that a control can lower, so that a test can reach them. What is not set follows the edition. */
import type { Limits } from '../rules/limits.ts'

export interface QuotaSettings {
  templateSendsPerDay?: number
  /** Of the codes A and C together. */
  codes?: number
  /** Of the code B. */
  codesPerMinute?: number
  /** `expires_in` of tokens made from now on, in seconds. */
  expiresIn?: number
}

export interface Quotas {
  set(settings: QuotaSettings): void
  current(): Required<QuotaSettings>
}

export function createQuotas(limits: () => Limits): Quotas {
  let set: QuotaSettings = {}
  return {
    set(settings) {
      set = { ...set, ...settings }
    },
    current: () => ({
      templateSendsPerDay: limits().templateSendsPerDay,
      codes: limits().codes,
      codesPerMinute: limits().codesPerMinute,
      expiresIn: limits().tokenSeconds,
      ...set,
    }),
  }
}
