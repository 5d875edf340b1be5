/** Limits of requests. Each has a default: see rules/limits.ts. */
import { requestLimits, type RequestLimits } from '../rules/limits.ts'
import type { SettingsReader } from './settings-reader.ts'
import { integer } from './values.ts'

const settingOf: Record<keyof RequestLimits, string> = {
  perUserMinute: 'REACH_LIMIT_PER_USER_MINUTE',
  perKeyMinute: 'REACH_LIMIT_PER_KEY_MINUTE',
  signInsPerAddressMinute: 'REACH_LIMIT_SIGN_INS_PER_ADDRESS_MINUTE',
  failuresPerAddressMinute: 'REACH_LIMIT_FAILURES_PER_ADDRESS_MINUTE',
  codesPerKeyDay: 'REACH_LIMIT_CODES_PER_KEY_DAY',
}

const most = 1_000_000

export function readLimits(settings: SettingsReader): RequestLimits {
  const names = Object.keys(settingOf) as (keyof RequestLimits)[]
  const limits = names.map((name) => [
    name,
    settings.optional(settingOf[name], integer(1, most)) ?? requestLimits[name],
  ])
  return Object.fromEntries(limits) as RequestLimits
}
