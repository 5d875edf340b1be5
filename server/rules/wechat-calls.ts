/** How long a call to WeChat may take, and how much it may bring. */
import { second } from './time.ts'

export const callRules = {
  /** Address, connection and TLS together. */
  connectTimeoutMs: 3 * second,
  /** The whole call, connecting included. */
  timeoutMs: 10 * second,
  /** After `timeoutMs`: a late reply still settles a message whose outcome is unknown. */
  lateReplyMs: 50 * second,
  /** Late replies that are awaited at once: each holds a connection. */
  maxLateReplies: 200,
  /**
   * Of JSON: the list of all 50 templates of an account takes less than half of it, and whatever
   * else comes is read within 50 ms.
   */
  maxReplyBytes: 256 * 1_024,
  maxFileBytes: 10 * 2 ** 20,
  /** Compressions of one reply. Under a longer list it is read as it is: each costs time. */
  maxEncodings: 2,
} as const

/** When a client may try again after WeChat refused or did not reply. */
export const retryAfterSeconds = {
  unreachable: 5,
  busy: 5,
  /** WeChat's quotas are daily, but an operator may reset one (清零) at any moment. */
  quota: 3_600,
  /** Counted by the minute: codes, and 45011. WeChat does not say when its minute began. */
  minute: 60,
} as const
