/** What a broadcast may hold, and how it runs. The numbers are ours. */
import { day, minute, second } from './time.ts'

export const broadcastRules = {
  idPrefix: 'bc_',
  idBytes: 9,
  /** From its start, unless its request names a deadline; and the furthest deadline. */
  lastsMs: 7 * day,
  mostMs: 30 * day,
  /** How far ahead it may start. */
  startAheadMs: 30 * day,
  maxName: 100,
  maxPerMinute: 60_000,
  maxSpreadOverMinutes: (7 * day) / minute,
  /** Per cent: a broadcast to fewer than it leaves out is none. */
  maxHoldout: 50,
  /** Of a part of an upload: some 30,000 lines. It is read whole, and more parts follow. */
  maxUploadBytes: 2 * 2 ** 20,
  /** Lines of a part: more are shorter than any openId. A bad one costs some 20 µs. */
  maxUploadLines: 100_000,
  /** Bad lines that a reply names. */
  maxProblems: 100,
  /** Credits whose users one step adds: some 20 ms, in which SQLite writes nothing else. */
  creditsPerStep: 10_000,
  /** Recipients that one step of a forecast looks at. */
  forecastPerStep: 5_000,
  /** Recipients of an upload in one transaction. */
  addedAtOnce: 500,
  /** An opening counts within it of the message, and a right within it of an opening. */
  resultWithinMs: 7 * day,
  /** Launches from a template message and from a subscribe message (platform: 场景值). */
  noticeScenes: [1014, 1107],
  /** The parameter of a message's page that carries the mark. */
  markParameter: '_wxb',
  /** The first recipients, of whom those left out are compared with the others. */
  comparedRecipients: 10_000,
  /** Between two changes that tell the counts of a broadcast that runs. */
  toldEveryMs: 2 * second,
  /** Recipients that one step refuses when the deadline has passed. */
  refusedPerStep: 2_000,
} as const

/** How a process sends. */
export const sendingRules = {
  /** Calls to WeChat at once. */
  atOnce: 64,
  /** Messages under way for each of them: one is written before its call, and its outcome after. */
  underWayPerCall: 4,
  /** Messages written ahead of a place. Where the process is killed, they count as unknown. */
  readyAhead: 32,
  leasedAtOnce: 128,
  /** What a call of WeChat takes, for forecasts alone. */
  callMs: 100,
  /** A lease of fewer costs a transaction as well. */
  leasedAtLeast: 16,
  /** Longer than a message takes. A lease of a dead process ends so much later. */
  leaseMs: 90 * second,
  /** A recipient that waits longer for its turn goes back: a pause takes effect within it. */
  turnWithinMs: second / 2,
  /** Between two looks at what is due. */
  everyMs: second / 4,
  /** Broadcasts that take turns. */
  servedAtOnce: 16,
  /** Between two looks at leases that have ended, and how many are taken over at once. */
  takeOverEveryMs: 1 * second,
  takenOverAtOnce: 64,
  /** Until the outcome of a message that is tried again is looked for. */
  lookAgainMs: 5 * second,
  /** After so many messages that WeChat did not take in a row the broadcast is held for a while. */
  busyInARow: 16,
  busyPauses: { firstMs: 2 * second, capMs: 1 * minute },
  /** Messages of a second that a slow pace may catch up on. */
  caughtUpMs: 1 * second,
  /** What is known of a suspended channel. */
  suspensionsKnownMs: 1 * second,
} as const

/** Of one recipient's line in an upload. */
export const recipientLines = {
  /** Bytes of a line: a page and the texts of a message need fewer. */
  maxBytes: 16 * 1024,
  /** Lines, or bytes of lines, that one turn of the event loop reads: some milliseconds. */
  linesPerTurn: 200,
  bytesPerTurn: 32 * 1024,
  maxFields: 20,
  /** Characters of what fills a field: no type of WeChat's takes more. */
  maxFieldCharacters: 200,
} as const
