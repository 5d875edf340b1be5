/** The replies of the platform, and how their bodies are decoded. */
import { isObject, type JsonObject } from '../runtime/json.ts'
import { WechatCallError } from './exchange.ts'

/**
 * What came back from the platform. Three results, because the ledger must distinguish "not sent"
 * from "unknown": the first gives a credit back, the second must not.
 */
export type WechatReply<Body> =
  /** `errcode` is 0 where the body carries none; the body is there when it is 0. */
  | { result: 'answered'; errcode: number; errmsg: string; body: Body | undefined }
  /**
   * The request certainly did not reach WeChat: no address, connection refused, time-out before
   * connecting, TLS.
   */
  | { result: 'not_sent'; cause: unknown }
  /** All else: time-out, 5xx, reset, a body that is not what the page promises. */
  | {
      result: 'unknown'
      cause: unknown
      /**
       * After a time-out, where the request accepts it: the reply that came later, or `unknown`.
       * Never rejects.
       */
      lateReply?: Promise<WechatReply<Body>>
    }

/** The reply to a call that needs an access_token. */
export type AuthorizedReply<Body> =
  | WechatReply<Body>
  /**
   * No usable token was available, or WeChat refused a fresh one too: the call was not made or had
   * no effect.
   */
  | {
      result: 'no_token'
      /** Who refused, which decides what 40001 means: the token call, or this call. */
      call: 'token' | 'send'
      errcode: number
      errmsg: string
    }

/**
 * Decodes the body that a call's page promises. `decode` returns `undefined` where the body is not
 * that, and the result is then unknown: an empty object from a gateway must not pass as errcode 0.
 * The body of a refusal is not decoded.
 *
 * @param call as errors name it: `POST /cgi-bin/…`
 */
export function decodeReply<Raw, Body>(
  call: string,
  reply: WechatReply<Raw>,
  decode: (body: Raw) => Body | undefined,
): WechatReply<Body> {
  if (reply.result === 'not_sent') return reply
  if (reply.result === 'unknown') {
    const lateReply = reply.lateReply?.then((late) => decodeReply(call, late, decode))
    return { result: 'unknown', cause: reply.cause, ...(lateReply && { lateReply }) }
  }
  if (reply.errcode !== 0) return { ...reply, body: undefined }
  const body = reply.body === undefined ? undefined : decode(reply.body)
  if (body !== undefined) return { ...reply, body }
  return { result: 'unknown', cause: new WechatCallError(call, 'NOT_AS_PROMISED', true) }
}

/** For pages that answer with an errcode alone: an object without one is not WeChat's. */
export const acknowledged = (body: JsonObject): JsonObject | undefined =>
  'errcode' in body ? body : undefined

/** The rows of a list that `decode` accepts. `undefined`: there is no list. */
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

/** Where the page promises text, the platform also sends numbers, or leaves the field out. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** A whole number, also where the platform sends it as text. */
export function wholeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}
