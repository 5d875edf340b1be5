/** How long a call to WeChat may take, and how much it may bring. */
import { day, second } from './time.ts'

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

/**
 * The library of titles that templates are made of. Edition 2018: 599 titles, at most 20 a page
 * (seeds/001 模版消息管理 1). Edition 2026: at most 30 a page (platform: newtmpl).
 */
export const templateLibrary = {
  '2018': { perPage: 20, maxPages: 100 },
  '2026': { perPage: 30, maxPages: 100 },
  /** It changes seldom, and reading it takes some 30 calls. */
  keptMs: 1 * day,
} as const

/** The templates of an account (seeds/001 模版消息管理 4: at most 20 a page). */
export const accountTemplates = {
  perPage: 20,
  /** More than any account may hold: a list without an end must not be read for ever. */
  maxPages: 50,
} as const
