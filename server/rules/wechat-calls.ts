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

export type CallClass = 'signIn' | 'token' | 'send' | 'codes' | 'templates' | 'media' | 'other'
export type CallLimits = Partial<Record<CallClass, number>>

/** Calls under way at once, for each app and process. */
export const callBounds = {
  /** Sends at 100 ms a call: 2,560 a second. An upload holds up to 2 MB in memory. */
  atOnce: {
    signIn: 64,
    token: 4,
    send: 256,
    codes: 32,
    templates: 16,
    media: 8,
    other: 32,
  } satisfies Record<CallClass, number>,
  /** So many more wait for their turn, for each that may be under way. */
  waitingPerCall: 4,
  /** A phone waits for its sign-in, and a message has other credits to try. */
  maxWaitMs: 3 * second,
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
