/** Sign-in codes and the session_key that each sign-in makes anew. */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'

export interface SignIn {
  issueCode(openId: string): string
  /** `unknown` also for a code that is too old. */
  redeem(code: string): { openId: string; sessionKey: string } | 'unknown' | 'used'
  /** The current one: an earlier one opens nothing that is encrypted from now on. */
  sessionKey(openId: string): string | undefined
}

export function createSignIn(clock: PlatformClock, random: Random, limits: () => Limits): SignIn {
  const codes = new Map<string, { openId: string; endsAtMs: number; used: boolean }>()
  const sessionKeys = new Map<string, string>()
  return {
    issueCode(openId) {
      const code = `0${random(24).toString('base64url').slice(0, 31)}`
      codes.set(code, { openId, endsAtMs: clock.now() + limits().codeLastsMs, used: false })
      return code
    },
    redeem(code) {
      const issued = codes.get(code)
      if (issued?.used) return 'used'
      if (!issued || clock.now() >= issued.endsAtMs) return 'unknown'
      issued.used = true
      const sessionKey = random(16).toString('base64')
      sessionKeys.set(issued.openId, sessionKey)
      return { openId: issued.openId, sessionKey }
    },
    sessionKey: (openId) => sessionKeys.get(openId),
  }
}
