/** The process: what its server takes, how it ends, and what it does by itself. */
import { hour, minute, second } from './time.ts'

export const serverRules = {
  /** 100 events of 4 KB of encrypted data fit. */
  maxBodyBytes: 256 * 1_024,
  /** Of `Transfer-Encoding: chunked`. Clients send kilobytes in one. */
  maxBodyChunks: 4_096,
} as const

export const replyRules = {
  /** Below it, the bytes that compression saves fit into the same packets. */
  minCompressedLength: 4_096,
} as const

/** What the connections of a server may hold, and for how long. */
export const connectionRules = {
  /** Idle ones take about 12 KB each, those that stop within a head 15 KB more. */
  maxConnections: 4_096,
  /** More than one client sends ahead in 64 KB, which Node reads at once. */
  maxWaitingRequests: 3_000,
  /** At 0.1 ms each, a turn for nobody else to notice. */
  waitingPerTurn: 10,
  /** 256 bodies of the largest size from phones, or 16,000 of a usual one. */
  maxArrivingBytes: 64 * 2 ** 20,
  /** An image. */
  maxBodyBytes: 2 * 2 ** 20,
  headersTimeoutMs: 15 * second,
  /** Of head and body: a phone on a bad network may take long over 256 KB. */
  requestTimeoutMs: 1 * minute,
  replyTimeoutMs: 1 * minute,
  /**
   * For the next request. Longer than proxies keep their connections (60 s): one that the server
   * closes at the moment of a request makes that request fail.
   */
  keepAliveMs: 65 * second,
  /** How often time-outs are looked for: they end so much later. */
  checkEveryMs: 1 * second,
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
  /** Between two looks at what is left of erased users. */
  clearEveryMs: 1 * second,
  /** Between two sweeps. */
  sweepEveryMs: 1 * hour,
} as const
