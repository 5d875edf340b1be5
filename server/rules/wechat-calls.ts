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
  maxReplyBytes: 2 ** 20,
  maxFileBytes: 10 * 2 ** 20,
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
