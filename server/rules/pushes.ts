/** What a push (消息推送) may be. */

export const pushLimits = {
  /** Of the request's body. A text of WeChat's longest message takes a tenth of it. */
  bodyBytes: 64 * 1_024,
  /** A timestamp further off, before or after, is a replay. */
  maxSkewMs: 3_600_000,
  /** Elements or braces within one another; the platform's own pushes reach 5. */
  depth: 16,
} as const
