/** Pushes (消息推送): what one may be, and when it is answered. */
import { hour, minute, second } from './time.ts'

export const pushLimits = {
  /** Of the request's body. A text of WeChat's longest message takes a tenth of it. */
  bodyBytes: 64 * 1_024,
  /** A timestamp further off, before or after, is a replay. */
  maxSkewMs: 1 * hour,
  /** Elements or braces within one another; the platform's own pushes reach 5. */
  depth: 16,
} as const

export const pushRules = {
  /** The platform ignores an answer after 5 s (platform: push). */
  answerWithinMs: 4_700,
  /** One that takes longer is answered with 503: the platform sends it again. */
  recordWithinMs: 4 * second,
  hookWithinMs: 4 * second,
} as const

/** Forwarding a push to the backend that had the push address before. */
export const forwardRules = {
  /** Of one post. It goes on after our reply to WeChat: the backend may still take the push. */
  timeoutMs: 10 * second,
  connectTimeoutMs: 3 * second,
  /** As WeChat (platform: push). */
  attempts: 3,
  pauseMs: 5 * second,
  /** A reply is a message, of which the longest has 2,048 bytes of text. */
  maxReplyBytes: 64 * 1_024,
  /** Pushes at once: with the largest body, 64 MB. */
  maxUnderWay: 1_000,
} as const

/** A push is known for so long: the same again counts once (platform: push). */
export const pushesKnownMs = 48 * hour

/** Looking up whether a template is long-term, when a push names one that is not known. */
export const longTermRules = { askEveryMs: 1 * minute, waitMs: 1 * second } as const

/** Of what is kept of a push, in JSON: many times a text of WeChat's longest message. */
export const maxContentCharacters = 16_384
