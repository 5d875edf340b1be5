/** How one message is sent, retried and paused. */
import type { Channel } from '../../shared/wire/index.ts'
import { day, hour, minute, second } from './time.ts'

/** What bounds one message. */
export const sendRules = {
  /**
   * A message that cannot be sent now, or at its `sendAt`, is tried again until then, unless the
   * caller names another deadline.
   */
  deadlineMs: 15 * minute,
  /** How far ahead `sendAt` may be. */
  sendAheadMs: 30 * day,
  /** Credits that WeChat may reject before the message is refused. */
  creditsPerMessage: 5,
  /** Time that one message may take to try them. */
  creditsWithinMs: 8 * second,
  /**
   * A form credit whose result is unknown is presented again, at most so often: WeChat takes it
   * once.
   */
  formAttempts: 3,
  /**
   * How long a holder owns a message before another may claim it. Longer than any call may take.
   */
  leaseMs: 60 * second,
  /** Backoff between tries while the platform is busy: full jitter up to a doubling cap. */
  backoff: { firstMs: 500, capMs: 60 * second },
  /** Between tries to write an outcome: callers wait for it once the database is back. */
  rewriteBackoff: { firstMs: 500, capMs: 4 * second },
  /** Tries to write an outcome when the error does not say that the database is away. */
  rewriteTries: 20,
  /** Due messages that one process takes at once: as many calls run side by side. */
  resumedAtOnce: 32,
  /** How long `POST /v1/messages` waits for the outcome before it answers 202. */
  answerWithinMs: 10 * second,
  /** Meanwhile, how often it looks whether another process has finished the message. */
  lookEveryMs: 250,
  /**
   * A shut channel admits one message so often, to see whether the platform has opened it again.
   */
  probeEveryMs: 1 * hour,
  /** Visible ASCII characters of an Idempotency-Key. */
  maxKeyCharacters: 255,
  /** An Idempotency-Key is known for so long. */
  keyKeptMs: 7 * day,
} as const

/**
 * Channels under our limits against harassment (seeds/001 违规说明). Not customer service: users who
 * write at night want their answer.
 */
export const limitedChannels: readonly Channel[] = ['template', 'subscribe']

/** 45009 is counted by the platform's day, which begins at midnight in this zone. */
export const quotaTimeZone = 'Asia/Shanghai'
/** The first day of 1970 there began so many milliseconds after that of UTC. */
export const quotaDayBeginsMs = -8 * hour
