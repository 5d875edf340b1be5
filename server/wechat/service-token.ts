/** What a token service answered → a token, or why there is none. */
import { meaningOf } from './errors.ts'
import type { Exchanged } from './exchange.ts'
import type { AccessToken, TokenProblem } from './token-source.ts'

export type ServiceToken =
  ({ ok: true; refreshed?: boolean } & AccessToken) | { ok: false; problem: TokenProblem }

/** Why a token service gave no token. Holds a code, never what was sent or answered: tokens stand in both. */
export class TokenServiceError extends Error {
  override readonly name = 'TokenServiceError'

  constructor(
    /** Of the system or of undici, or `TIMED_OUT`, `REPLY_TOO_LARGE`, `HTTP_502`, `NOT_A_TOKEN`. */
    readonly code: string,
  ) {
    super(
      `The token service gave no token (${code}): check its address, its key, and that it answers {accessToken, expiresAt} or {access_token, expires_in}.`,
    )
  }
}

/** @param askedAtMs from when `expires_in` counts: the service began to count before its reply arrived */
export function readServiceToken(reply: Exchanged, askedAtMs: number): ServiceToken {
  if (reply.fate !== 'answered') return unreachable(reply.cause.code)
  const body = parse(reply.bytes)
  if (reply.status !== 200) return refusal(body['wechat']) ?? unreachable(`HTTP_${reply.status}`)
  const accessToken = body['accessToken'] ?? body['access_token']
  const expiresAtMs = endOf(body, askedAtMs)
  if (typeof accessToken !== 'string' || accessToken === '' || expiresAtMs === undefined) {
    return refusal(body) ?? unreachable('NOT_A_TOKEN')
  }
  const { refreshed } = body
  return {
    ok: true,
    accessToken,
    expiresAtMs,
    ...(typeof refreshed === 'boolean' && { refreshed }),
  }
}

function endOf(body: Record<string, unknown>, askedAtMs: number): number | undefined {
  const { expiresAt, expires_in: expiresIn } = body
  const end =
    typeof expiresAt === 'string'
      ? Date.parse(expiresAt)
      : typeof expiresIn === 'number'
        ? askedAtMs + expiresIn * 1_000
        : expiresAt
  return typeof end === 'number' && Number.isFinite(end) ? end : undefined
}

/** WeChat's own refusal, handed on by the service. */
function refusal(value: unknown): ServiceToken | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { errcode, errmsg = '' } = value as { errcode?: unknown; errmsg?: unknown }
  if (typeof errcode !== 'number' || errcode === 0) return undefined
  const { meaning, outcome, advice } = meaningOf(errcode, 'token')
  if (outcome === 'busy') return unreachable(`ERRCODE_${errcode}`)
  return {
    ok: false,
    problem: { kind: 'refused', errcode, errmsg: String(errmsg), meaning, advice },
  }
}

const unreachable = (code: string): ServiceToken => ({
  ok: false,
  problem: { kind: 'unreachable', cause: new TokenServiceError(code) },
})

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(bytes.toString())
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
