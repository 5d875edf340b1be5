/** How one app agreed with the platform that pushes arrive (开发管理 → 消息推送). */
export interface PushSettings {
  appId: string
  /** Signs every push. While it is empty nothing is accepted: anybody could sign with an empty word. */
  token: string
  /** EncodingAESKey: 43 characters. Needed by the modes `compatible` and `safe`. */
  aesKey?: string
  /** The key before a rotation: pushes that were on their way still open. */
  previousAesKey?: string
  /**
   * Ours alone, never the request's word: a forger would call his push plain.
   *
   * - `plain`: the signature covers no byte of the body, so that whoever saw one push can write others for an hour.
   * - `compatible`: the body carries the message twice; only the encrypted part is used.
   * - `safe`: encrypted.
   */
  mode: 'plain' | 'compatible' | 'safe'
}

export const pushLimits = {
  /** Of the request's body. A text of WeChat's longest message takes a tenth of it. */
  bodyBytes: 64 * 1_024,
  /** A timestamp further off, before or after, is a replay. */
  maxSkewMs: 3_600_000,
  /** Elements or braces within one another; the platform's own pushes reach 5. */
  depth: 16,
} as const
