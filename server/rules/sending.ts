/** How one message is sent, retried and paused. */
import type { Channel } from '../../shared/wire/index.ts'
import { day, hour, minute, second } from './time.ts'

/** What bounds one message. */
export const sendRules = {
  /** A message that cannot be sent now is tried again until then, unless the caller names another deadline. */
  deadlineMs: 15 * minute,
  /** Credits that one message may burn through. */
  creditsPerMessage: 5,
  /** Time that one message may take to burn through them. */
  creditsWithinMs: 8 * second,
  /** A form credit whose result is unknown is shown to WeChat again, at most so often: it is taken once. */
  formAttempts: 3,
  /** How long one caller owns a message before another process may resolve it. Longer than any call may take. */
  leaseMs: 60 * second,
  /** Backoff between tries while the platform is busy: full jitter up to a doubling cap. */
  backoff: { firstMs: 500, capMs: 60 * second },
  /** The same between tries to write what became of a message: others wait to hear of it once the database is back. */
  rewriteBackoff: { firstMs: 500, capMs: 4 * second },
  /** How long `POST /v1/messages` waits for the outcome before it answers 202. */
  answerWithinMs: 10 * second,
  /** Meanwhile, how often it looks whether another process has settled the message. */
  lookEveryMs: 250,
  /** A shut channel lets one message through so often, to see whether the platform has opened it again. */
  probeEveryMs: 1 * hour,
  /** An Idempotency-Key is known for so long. */
  keyKeptMs: 7 * day,
} as const

/**
 * Channels that our limits against harassment bound (seeds/001 违规说明). Not customer service: who writes at night
 * wants his answer.
 */
export const limitedChannels: readonly Channel[] = ['template', 'subscribe']

/** 45009 is counted by the platform's day, which begins at midnight in this zone. */
export const quotaTimeZone = 'Asia/Shanghai'
