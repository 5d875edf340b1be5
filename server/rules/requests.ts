/** What requests to this server may hold: lengths of texts, counts of items, sizes of pages. */
import { day, minute, second } from './time.ts'

/**
 * Parameters of a query: four times what any route takes, and few enough for a parser that compares
 * them all.
 */
export const maxQueryParameters = 64

/** Bad fields that one reply lists. */
export const maxListedErrors = 20

/**
 * Values of a body, in all its levels: a full batch of events has 11,000. Checking 100,000 of them
 * takes longer than a text of the same size.
 */
export const maxBodyValues = 12_000

/** Values of a bad body that are searched for the errors: no good one has as many. */
export const maxExaminedValues = 2_000

/** `X-Request-Id`: one that a client or a proxy sent, else random bytes in base64url. */
export const requestIdRules = { pattern: /^[\w.-]{8,64}$/, bytes: 12, atOnce: 256 } as const

/** Pages of templates and of their library. */
export const templatePages = { defaultCount: 20, maxOffset: 1_000_000 } as const

/** Pages of the tree of a share and of a group's arrivals. */
export const sharePages = {
  /** Levels of the tree. Deep enough for any real chain, and a limit for every recursion. */
  maxDepth: 64,
  share: { defaultLimit: 100, maxLimit: 1_000 },
  group: { defaultLimit: 50, maxLimit: 200 },
  maxCursor: 256,
  /** All members of a group of WeChat's largest size, and a limit for what is no real group. */
  maxMembers: 500,
} as const

/** How far back results of tags go: unless asked, and by the hour. By the day, as far as kept. */
export const tagPages = {
  defaultMs: 30 * day,
  hoursMs: 31 * day,
} as const

/** Pages of messages, users, groups and pushes. */
export const listPages = {
  defaultLimit: 50,
  maxLimit: 200,
  /**
   * Rows that one page looks at, whatever passes its filters: some ten milliseconds, which delay
   * other requests where the database is SQLite.
   */
  searched: 2_000,
  /** Pushes that one page of open windows looks at, each with up to three other tables. */
  searchedPushes: 500,
} as const

/** The history of a user's credits: the latest changes that a reply has. */
export const historyPage = { changes: 2_000 } as const

/** The summary of credits: how it is computed, and when again. */
export const summaryRules = {
  /** Some ten milliseconds. */
  creditsPerStep: 5_000,
  keptMs: 1 * minute,
  /** Of the time, a twentieth at most is spent computing. */
  idleShare: 20,
  /** How long a request waits for it. */
  waitMs: 8 * second,
  /** Kinds and templates of one app. */
  maxTemplates: 200,
} as const

/** Sums of messages: what one reply counts, in steps of `listPages.searched`. */
export const messageSums = {
  /** Default of `since`. */
  spanMs: 1 * day,
  maxSteps: 50,
  withinMs: 2 * second,
  maxGroups: 200,
} as const

/** What `GET /v1/status` looks at. */
export const statusRules = {
  /** Messages under way, and erased users. `BacklogStatus` says so, too. */
  maxCounted: 10_000,
  /** How long it tells the same sum of today. */
  keptMs: 1 * minute,
} as const

/** Characters of values that `wx` gives the phone and that the phone passes on. */
export const phoneTexts = {
  /** The code of wx.login. */
  loginCode: 128,
  sessionToken: 128,
  version: 32,
  formId: 128,
  prepayId: 128,
  shareTicket: 512,
  /** A title, an error of `wx`. */
  text: 256,
  /** A word that a page puts on the right that arises. */
  tag: 64,
  /** The user's answer to one template. */
  consent: 64,
  /** In base64: an initialization vector or a session_key. */
  key: 64,
  /** Encrypted data of one event, in base64. */
  encryptedData: 4_096,
} as const

/** Characters of encrypted data that a backend passes on, in base64. */
export const maxDecryptData = 65_536

/** One batch of events of a phone. */
export const eventBatch = {
  maxEvents: 100,
  /** Events that one turn of the event loop reads where groups are decrypted: 20 in each. */
  decryptedPerTurn: 5,
  /** Templates of one call of wx.requestSubscribeMessage. */
  maxConsents: 5,
  /** Groups that one share reports. */
  maxGroups: 20,
  /** WeChat's scenes have four digits. A number beyond 64 bits would fail in the database. */
  maxScene: 999_999,
} as const

/** Characters of fields that `checkCode` looks at, edition by edition: never less than it takes. */
export const codeTexts = { path: 1_024, scene: 256, maxWidth: 100_000 } as const

/** Fields of a template or subscribe message: templates have at most 10. */
export const maxDataFields = 100

/** Parts of one text of customer service. */
export const maxTextParts = 100

/** Characters of a text or field of customer service: many times what WeChat takes. */
export const maxMessageText = 16_384

/**
 * Of a check of a title and its keywords. Characters are counted as they come and in NFKC, which
 * makes some texts 18 times longer.
 */
export const lintLimits = {
  titleLength: 64,
  keywordLength: 64,
  exampleLength: 256,
  maxKeywords: 50,
  maxOtherTitles: 1_000,
} as const
