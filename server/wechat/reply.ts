import { isObject, type JsonObject } from '../runtime/json.ts'

/**
 * What came back from the platform. Three fates, because a ledger must tell "not sent" from "nobody knows":
 * the first gives a credit back, the second may not.
 */
export type WechatReply<Body> =
  /** WeChat answered. `errcode` is 0 where the body carries none; `body` is there when it is 0. */
  | { result: 'answered'; errcode: number; errmsg: string; body: Body | undefined }
  /** The request certainly did not reach WeChat: no address, refused, time-out before connecting, TLS. */
  | { result: 'not_sent'; cause: unknown }
  /** All else: time-out, 5xx, reset, a body that is not what the page promises. */
  | {
      result: 'unknown'
      cause: unknown
      /** After a time-out, where it is listened for: the reply that came after all, or `unknown`. Never rejects. */
      lateReply?: Promise<WechatReply<Body>>
    }

/** The reply to a call that needs an access_token. */
export type AuthorizedReply<Body> =
  | WechatReply<Body>
  /** No usable token could be had, or WeChat refused a fresh one too; the call was not made or had no effect. */
  | {
      result: 'no_token'
      /** Who refused, which decides what 40001 means: the token call, or this call with a fresh token. */
      call: 'token' | 'send'
      errcode: number
      errmsg: string
    }

/** The rows of a list, each decoded; what is not a row is left out. `undefined`: there is no list. */
export function rowsOf<Row>(
  list: unknown,
  decode: (row: JsonObject) => Row | undefined,
): Row[] | undefined {
  if (!Array.isArray(list)) return undefined
  return (list as unknown[]).flatMap((row) => {
    const decoded = isObject(row) ? decode(row) : undefined
    return decoded === undefined ? [] : [decoded]
  })
}

/** Text where the page promises text; the platform also sends numbers there, and leaves fields out. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** A whole number, also where the platform sends it as text. */
export function wholeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}
