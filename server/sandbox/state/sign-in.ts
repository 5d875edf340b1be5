/** Sign-in codes with their session_keys, and the access_tokens of one app. */
import Type from 'typebox'
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { second, shanghaiDay } from '../rules/time.ts'
import { Count, createCount } from './counts.ts'
import { EpochMs, Fields, Table, Unbounded, type Memory } from '../rules/memory.ts'

export interface SignIn {
  issueCode(openId: string): string
  /** Takes the code and makes a new session_key. `unknown` also for an expired code. */
  redeem(code: string): { openId: string; sessionKey: string } | 'unknown' | 'used'
  /** The current one: data encrypted from now on cannot be decrypted with an earlier one. */
  sessionKey(openId: string): string | undefined
}

export const SignInMemory = Fields({
  codes: Table(Fields({ openId: Type.String(), endsAtMs: EpochMs, used: Type.Boolean() })),
  /** By openId. */
  sessionKeys: Table(Type.String()),
})

export function createSignIn(
  { codes, sessionKeys }: Memory<typeof SignInMemory>,
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
): SignIn {
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

export const TokensMemory = Fields({
  issued: Table(Fields({ endsAtMs: EpochMs, replacedAtMs: Unbounded })),
  /** The text of the last one of each kind. */
  current: Type.Optional(Type.String()),
  currentStable: Type.Optional(Type.String()),
  lastForcedMs: Type.Optional(EpochMs),
  forced: Count,
})

export function createTokens(
  memory: Memory<typeof TokensMemory>,
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
  tokenSeconds: () => number,
): Tokens {
  const { issued } = memory
  const forced = createCount(
    memory.forced,
    clock,
    shanghaiDay,
    () => limits().forcedRefreshesPerDay,
  )

  const replace = (token: string | undefined, atMs: number) => {
    const replaced = issued.get(token ?? '')
    if (replaced) replaced.replacedAtMs = atMs
  }
  const create = (): string => {
    const token = tokenText(random)
    const endsAtMs = clock.now() + tokenSeconds() * second
    issued.set(token, { endsAtMs, replacedAtMs: Infinity })
    return token
  }
  const leftMs = (token: string | undefined) =>
    (issued.get(token ?? '')?.endsAtMs ?? 0) - clock.now()
  const issue = (token: string): IssuedToken => ({
    token,
    expiresInSeconds: Math.ceil(leftMs(token) / second),
  })

  return {
    renew() {
      replace(memory.current, clock.now() + limits().tokenOverlapMs)
      memory.current = create()
      return issue(memory.current)
    },
    stable(force) {
      const now = clock.now()
      const { currentStable, lastForcedMs = -Infinity } = memory
      const reusable =
        leftMs(currentStable) > limits().stableRenewsBeforeMs ? currentStable : undefined
      if (!force) return issue((memory.currentStable = reusable ?? create()))
      if (reusable && now < lastForcedMs + limits().forcedRefreshesApartMs) return issue(reusable)
      if (!forced.spend()) return undefined
      memory.lastForcedMs = now
      // A refresh is forced because a token leaked: there is no overlap.
      replace(currentStable, now)
      return issue((memory.currentStable = create()))
    },
    status(text) {
      const token = issued.get(text)
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
