import type { ProblemCode } from '../codes.ts'

/** Body of every error reply, `application/problem+json` (RFC 9457). */
export interface Problem {
  status: number
  title: string
  detail: string
  code: ProblemCode
  /** As in the header `X-Request-Id`, and in the server's log. */
  requestId: string
  errors?: FieldError[]
  /** Present when WeChat refused. */
  wechat?: WechatRefusal
}

export interface FieldError {
  /** A JSON Pointer into the body (`/events/3/formId`), or `query/…`, `header/…`, `path/…`. */
  path: string
  message: string
}

export interface WechatRefusal {
  errcode: number
  /**
   * WeChat's own words: at most 256 characters, without what looks like a secret. Absent where it
   * gave none, and in replies to a phone.
   */
  errmsg?: string
  meaning: string
}
