/** The process: what its server takes, how it ends, and what it does by itself. */
import { hour, minute, second } from './time.ts'

export const serverRules = {
  /** 100 events of 4 KB of encrypted data fit. */
  maxBodyBytes: 256 * 1_024,
  /**
   * A phone on a bad network may take long over 256 KB; a client that stalls must not hold a
   * socket.
   */
  requestTimeoutMs: 1 * minute,
  headersTimeoutMs: 15 * second,
  /** While it ends, how often connections that have become idle are closed. */
  closeIdleEveryMs: 50,
} as const

export const shutdownRules = {
  /** From the signal to the end of the process: what docs/operations.md promises. */
  withinMs: 15 * second,
  /** Of these, for requests under way; the longest waits 10 s for a message. */
  drainWithinMs: 12 * second,
  /**
   * Retries are aborted so long before the end: one more look at a database that is away takes
   * this.
   */
  abortRetriesBeforeMs: 5 * second,
  /** In the demo, for requests under way. */
  demoDrainWithinMs: 2 * second,
  /** After a command, for connections to a database that does not respond. */
  exitWithinMs: 500,
} as const

export const workerRules = {
  /** Between two looks at what is due. */
  resumeEveryMs: 1 * second,
  /** Between two sweeps. */
  sweepEveryMs: 1 * hour,
} as const
