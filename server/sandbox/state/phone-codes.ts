/** The codes with which users give away their phone numbers (手机号快速验证). */
import Type, { type Static, type TObject } from 'typebox'
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { EpochMs, Fields, Table, type Memory } from '../rules/memory.ts'

const phoneNumber = {
  /** Without the country code. */
  phoneNumber: Type.String(),
  countryCode: Type.String(),
}
type PhoneNumber = Static<TObject<typeof phoneNumber>>

/** By code. */
export const PhoneCodesMemory = Table(Fields({ ...phoneNumber, issuedAtMs: EpochMs }))

export interface PhoneCodes {
  issue(number: PhoneNumber): string
  /** Takes the code. `undefined`: it is unknown, was used or has ended. */
  redeem(code: string): (PhoneNumber & { issuedAtMs: number }) | undefined
}

export function createPhoneCodes(
  codes: Memory<typeof PhoneCodesMemory>,
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
): PhoneCodes {
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
