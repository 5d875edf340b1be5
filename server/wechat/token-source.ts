/**
 * Where access_tokens come from: the seam at which an existing token service (中控服务器) may stand instead of
 * our keeper. Whoever stands here is the only one that fetches tokens for the app (seeds/001).
 */

export interface AccessToken {
  /** Up to 512 characters (seeds/001). */
  accessToken: string
  /** By the platform's clock. */
  expiresAtMs: number
}

/** Why there is no token. */
export type TokenProblem =
  /** WeChat is away or busy (-1): later calls try again by themselves. */
  | { kind: 'unreachable'; cause: unknown }
  /** WeChat said no: somebody has to do what `advice` says. */
  | { kind: 'refused'; errcode: number; errmsg: string; meaning: string; advice: string }

export type TokenAnswer = ({ ok: true } & AccessToken) | { ok: false; problem: TokenProblem }

export type RefreshAnswer =
  ({ ok: true; refreshed: boolean } & AccessToken) | { ok: false; problem: TokenProblem }

export interface TokenSource {
  /** A token to use now. Never rejects. Do not keep it: ask again for every call. */
  current(): Promise<TokenAnswer>
  /**
   * WeChat refused `rejected`. Replaces it if it is still the current one; a late caller cannot discard a newer
   * token. At most once a minute, because fetching is limited by the day: else the current one, `refreshed: false`.
   */
  refresh(rejected: string): Promise<RefreshAnswer>
  /** As `refresh`, without the limit: for a caller who knows that `rejected` did not itself replace a refused token in vain. */
  renew(rejected: string): Promise<RefreshAnswer>
}
