/** Sign-in codes with their session_keys, and the access_tokens of one app. */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { second, shanghaiDay } from '../rules/time.ts'
import { createCount } from './counts.ts'

export interface SignIn {
  issueCode(openId: string): string
  /** Takes the code and makes a new session_key. `unknown` also for an expired code. */
  redeem(code: string): { openId: string; sessionKey: string } | 'unknown' | 'used'
  /** The current one: data encrypted from now on cannot be decrypted with an earlier one. */
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

interface IssuedToken {
  token: string
  expiresInSeconds: number
}

/** `replaced`: a later token was issued, and the overlap of both is over. */
export type TokenStatus = 'valid' | 'expired' | 'replaced'

/** Both kinds of access_token. They are isolated: renewing one leaves the other alone. */
export interface Tokens {
  /** `GET /cgi-bin/token`: always a new token; the previous one stays valid for the overlap. */
  renew(): IssuedToken
  /** `POST /cgi-bin/stable_token`. `undefined`: forced too often today. */
  stable(force: boolean): IssuedToken | undefined
  /** `undefined`: not a token of this app. */
  status(token: string): TokenStatus | undefined
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
  const forced = createCount(clock, shanghaiDay, () => limits().forcedRefreshesPerDay)
  let current: Token | undefined
  let currentStable: Token | undefined
  let lastForcedMs = -Infinity

  const create = (): Token => {
    const token = {
      text: tokenText(random),
      endsAtMs: clock.now() + tokenSeconds() * second,
      replacedAtMs: Infinity,
    }
    tokens.set(token.text, token)
    return token
  }
  const issue = (token: Token): IssuedToken => ({
    token: token.text,
    expiresInSeconds: Math.ceil((token.endsAtMs - clock.now()) / second),
  })

  return {
    renew() {
      if (current) current.replacedAtMs = clock.now() + limits().tokenOverlapMs
      current = create()
      return issue(current)
    },
    stable(force) {
      const now = clock.now()
      const reusable =
        currentStable && now < currentStable.endsAtMs - limits().stableRenewsBeforeMs
          ? currentStable
          : undefined
      if (!force) return issue((currentStable = reusable ?? create()))
      if (reusable && now < lastForcedMs + limits().forcedRefreshesApartMs) return issue(reusable)
      if (!forced.spend()) return undefined
      lastForcedMs = now
      // A refresh is forced because a token leaked: there is no overlap.
      if (currentStable) currentStable.replacedAtMs = now
      return issue((currentStable = create()))
    },
    status(text) {
      const token = tokens.get(text)
      if (!token) return undefined
      if (clock.now() >= token.endsAtMs) return 'expired'
      return clock.now() >= token.replacedAtMs ? 'replaced' : 'valid'
    },
  }
}

/**
 * 157 to 512 characters: the page asks callers to reserve 512 (seeds/001), and a column of 255
 * characters must fail against the sandbox.
 */
function tokenText(random: Random): string {
  const length = 157 + (random(2).readUInt16BE() % 356)
  return random(384).toString('base64url').slice(0, length)
}
