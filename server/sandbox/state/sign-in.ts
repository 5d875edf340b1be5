/** Sign-in codes and the session_key that each sign-in makes anew. */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { createDailyCount } from './quotas.ts'

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

/** Both kinds of access_token of one app. They are isolated: renewing one leaves the other alone. */

export interface IssuedToken {
  token: string
  expiresInSeconds: number
}

/** `replaced`: a later token was asked for, and the time of both is over. */
export type Standing = 'good' | 'expired' | 'replaced'

export interface Tokens {
  /** As `GET /cgi-bin/token`: always a new one, the old lives on for the overlap. */
  renew(): IssuedToken
  /** As `POST /cgi-bin/stable_token`; `undefined`: forced too often today. */
  stable(force: boolean): IssuedToken | undefined
  /** `undefined`: not a token of this app. */
  standing(token: string): Standing | undefined
}

interface Token {
  text: string
  endsAtMs: number
  replacedAtMs: number
}

export function createTokens(
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
  tokenSeconds: () => number,
): Tokens {
  const tokens = new Map<string, Token>()
  const forcedToday = createDailyCount(clock)
  let current: Token | undefined
  let currentStable: Token | undefined
  let lastForcedMs = -Infinity

  const issue = (): Token => {
    const token = {
      text: tokenText(random),
      endsAtMs: clock.now() + tokenSeconds() * 1_000,
      replacedAtMs: Infinity,
    }
    tokens.set(token.text, token)
    return token
  }
  const tell = (token: Token): IssuedToken => ({
    token: token.text,
    expiresInSeconds: Math.ceil((token.endsAtMs - clock.now()) / 1_000),
  })

  return {
    renew() {
      if (current) current.replacedAtMs = clock.now() + limits().tokenOverlapMs
      current = issue()
      return tell(current)
    },
    stable(force) {
      const now = clock.now()
      const keeps =
        currentStable && now < currentStable.endsAtMs - limits().stableRenewsBeforeMs
          ? currentStable
          : undefined
      if (!force) return tell((currentStable = keeps ?? issue()))
      if (keeps && now < lastForcedMs + limits().forcedRefreshesApartMs) return tell(keeps)
      if (forcedToday.today() >= limits().forcedRefreshesPerDay) return undefined
      forcedToday.add()
      lastForcedMs = now
      // Forcing is for a token that leaked: there is no overlap.
      if (currentStable) currentStable.replacedAtMs = now
      return tell((currentStable = issue()))
    },
    standing(text) {
      const token = tokens.get(text)
      if (!token) return undefined
      if (clock.now() >= token.endsAtMs) return 'expired'
      return clock.now() >= token.replacedAtMs ? 'replaced' : 'good'
    },
  }
}

/** 157 to 512 characters: the page asks to keep room for 512 (seeds/001), and somebody's column has 255. */
function tokenText(random: Random): string {
  const length = 157 + (random(2).readUInt16BE() % 356)
  return random(384).toString('base64url').slice(0, length)
}
