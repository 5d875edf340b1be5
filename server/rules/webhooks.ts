/** Outgoing webhooks. The schedule is that of other senders; the rest is ours. */
import { day, hour, minute, second } from './time.ts'

export const webhookRules = {
  /** Of each app: every change is sent to each. */
  most: 20,
  maxUrl: 2_048,
  idPrefix: 'wh_',
  idBytes: 9,
  /** Standard Webhooks: 24 to 64 bytes. */
  secretPrefix: 'whsec_',
  secretBytes: 32,
  /** After each failed try; then the event is a dead letter. About 28 hours in all. */
  retryAfterMs: [
    5 * second,
    5 * minute,
    30 * minute,
    2 * hour,
    5 * hour,
    10 * hour,
    10 * hour,
  ] as readonly number[],
  /** Each pause is longer or shorter by up to this share, so that events do not return together. */
  jitter: 0.2,
  /** After so long without a success the webhook is disabled. */
  disableAfterMs: 5 * day,
  connectWithinMs: 5 * second,
  /** From the connection to the end of the reply. */
  replyWithinMs: 15 * second,
  /** Of the reply's body, which nobody reads. */
  maxReplyBytes: 16 * 1_024,
  /** Longer than one try takes. */
  leaseMs: 1 * minute,
  /** Tries to one webhook at once, in one process. */
  lanes: 4,
  /** At the end of a process, for tries under way. */
  closeWithinMs: 3 * second,
  /** Between two looks at what is due. */
  everyMs: 1 * second,
  /** Changes that are queued, or queued again, in one transaction. */
  perStep: 500,
  /** Of what waits and of dead letters, where they are counted. */
  mostCounted: 10_000,
} as const

export const creditEndingRules = {
  /** So long before the end of a credit its users are told of. */
  leadMs: 1 * day,
  /** Between two looks at all credits. */
  everyMs: 15 * minute,
  usersPerStep: 200,
} as const
