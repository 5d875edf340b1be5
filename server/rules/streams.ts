/** Streams of changes (`GET /v1/stream`). The numbers are ours. */
import { minute, second } from './time.ts'

export const streamRules = {
  /** Between two looks at the changes of an app, while anybody follows it. */
  lookEveryMs: 250,
  /** More changes between two looks are one `reset`: a page asks for all of it again anyhow. */
  mostChanges: 200,
  heartbeatMs: 15 * second,
  /** How long changes are written for a reader, and how often it says that it is still there. */
  leaseMs: 2 * minute,
  renewEveryMs: 30 * second,
  /** What may wait for a client that is slow to read; what comes then is one `reset`. */
  maxWaitingBytes: 64 * 1_024,
  /** A client that has read nothing for so long is cut. */
  slowForMs: 1 * minute,
  perKey: 20,
  perProcess: 200,
  /** After which a browser asks again. */
  retryMs: 2 * second,
} as const
