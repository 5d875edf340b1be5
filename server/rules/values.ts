/**
 * The values that come from outside and are stored: what each may be, whoever sends it. A phone's
 * and an operator's requests, decrypted data, pushes and WeChat's replies pass the same rules. A
 * longer value than these would fail in an index of the database, with all that is written beside
 * it.
 */

/** Regular expressions, so that JSON schemas take them too. */
export const valuePatterns = {
  appId: '^wx\\w{6,30}$',
  openId: '^[\\w-]{1,64}$',
  openGId: '^[!-~]{1,128}$',
  templateId: '^[\\w-]{1,128}$',
  mediaId: '^[!-~]{1,256}$',
  /** WeChat's id of a message, in replies to sends and in pushes: digits, up to now. */
  messageId: '^[\\w-]{1,64}$',
  /** An id that a phone makes: of an event, of a share. */
  urlSafeId: '^[\\w-]{8,64}$',
  /** A word of the platform's: a type of a message, a name of an event, an answer. */
  word: '^[\\w.-]{1,64}$',
} as const

export type ValueKind = keyof typeof valuePatterns

/** Characters of a page, its query included. */
export const maxPagePath = 1_024

/** Characters of what a call carries below which they stand in any sentence by chance. */
export const minSecret = 5

/**
 * What looks like a secret in a text of WeChat's. An AppSecret and an openId have 32 and 28
 * characters, a session_key 24 with its padding. The number of a request (rid), which WeChat's
 * staff ask for, has 26.
 */
export const secretLike = /[\w+/-]{28,}={0,2}|[A-Za-z\d+/]{22}==/g

/** Characters of a text of WeChat's that is stored. */
export const maxStoredText = 256
