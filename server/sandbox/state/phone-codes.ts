/** The codes with which users give away their phone numbers (手机号快速验证). */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'

interface PhoneNumber {
  /** Without the country code. */
  phoneNumber: string
  countryCode: string
}

export interface PhoneCodes {
  issue(number: PhoneNumber): string
  /** Takes the code. `undefined`: it is unknown, was used or has ended. */
  redeem(code: string): (PhoneNumber & { issuedAtMs: number }) | undefined
}

export function createPhoneCodes(
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
): PhoneCodes {
  const codes = new Map<string, PhoneNumber & { issuedAtMs: number }>()
  return {
    issue(number) {
      const code = random(32).toString('hex')
      codes.set(code, { ...number, issuedAtMs: clock.now() })
      return code
    },
    redeem(code) {
      const issued = codes.get(code)
      codes.delete(code)
      return issued && clock.now() < issued.issuedAtMs + limits().codeLastsMs ? issued : undefined
    },
  }
}
