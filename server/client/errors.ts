/** Errors as classes by what the caller should do, and the one table of which code is which. */
import type { ProblemCode } from '../../shared/codes.ts'
import type { FieldError, Problem, WechatRefusal } from '../../shared/wire/index.ts'

/**
 * `code` of an error. `no_reply`: the server cannot be reached, or did not reply in time.
 * `unexpected_reply`: the reply is not one of wx-reach, but of a proxy or of another server.
 */
export type ErrorCode = ProblemCode | 'no_reply' | 'unexpected_reply'

/** What a `ReachError` is made of. */
export interface Failure extends Partial<Pick<Problem, 'status' | 'errors' | 'wechat'>> {
  code: ErrorCode
  detail: string
  requestId?: string
  retryAfterSeconds?: number | undefined
  idempotencyKey?: string | undefined
  cause?: unknown
}

/**
 * An operation failed. Catch one of the four classes below, which say what to do; `code` says what
 * happened, and `message` says both to people. No message holds a secret or an openId.
 */
export abstract class ReachError extends Error {
  readonly code: ErrorCode
  /** Of the reply. Absent: there was none. */
  readonly status: number | undefined
  /** The bad fields of the request. */
  readonly errors: readonly FieldError[] | undefined
  /** WeChat's code and words, if WeChat refused. */
  readonly wechat: WechatRefusal | undefined
  /** Names the request in the server's log. */
  readonly requestId: string | undefined
  /** How long the server asks to wait. */
  readonly retryAfterSeconds: number | undefined
  /**
   * Of `messages.send`: pass it again with the same message. The message may have been sent, and is
   * then not sent a second time.
   */
  readonly idempotencyKey: string | undefined

  constructor({ detail, cause, ...failure }: Failure) {
    super(detail, cause === undefined ? undefined : { cause })
    this.code = failure.code
    this.status = failure.status
    this.errors = failure.errors
    this.wechat = failure.wechat
    this.requestId = failure.requestId
    this.retryAfterSeconds = failure.retryAfterSeconds
    this.idempotencyKey = failure.idempotencyKey
  }
}

/** Call again later, unchanged: a limit, or a server, a database or WeChat that is away. */
export class RetryLaterError extends ReachError {
  override readonly name = 'RetryLaterError'
}

/** The request is wrong and stays wrong: correct it. `errors` names the bad fields. */
export class FixRequestError extends ReachError {
  override readonly name = 'FixRequestError'
}

/** The user must act: the phone signs in again, or gets its data from WeChat again. */
export class AskUserError extends ReachError {
  override readonly name = 'AskUserError'
}

/** Whoever runs the server must act: a key, a setting, a quota, or a fault of the server. */
export class CallOperatorError extends ReachError {
  override readonly name = 'CallOperatorError'
}

type ErrorClass = new (failure: Failure) => ReachError

const classes: Readonly<Record<ErrorCode, ErrorClass>> = {
  rate_limited: RetryLaterError,
  wechat_busy: RetryLaterError,
  wechat_unreachable: RetryLaterError,
  store_unavailable: RetryLaterError,
  summary_pending: RetryLaterError,
  no_reply: RetryLaterError,

  invalid_json: FixRequestError,
  invalid_body: FixRequestError,
  invalid_query: FixRequestError,
  invalid_header: FixRequestError,
  body_too_large: FixRequestError,
  unsupported_encoding: FixRequestError,
  not_found: FixRequestError,
  method_not_allowed: FixRequestError,
  unknown_app: FixRequestError,
  app_id_required: FixRequestError,
  bad_base64: FixRequestError,
  bad_iv: FixRequestError,
  foreign_watermark: FixRequestError,
  idempotency_conflict: FixRequestError,
  message_not_waiting: FixRequestError,
  broadcast_state: FixRequestError,
  image_not_taken: FixRequestError,
  page_unknown: FixRequestError,
  wechat_refused: FixRequestError,

  code_rejected: AskUserError,
  session_key_missing: AskUserError,
  undecryptable: AskUserError,
  too_old: AskUserError,

  unauthorized: CallOperatorError,
  forbidden: CallOperatorError,
  code_quota_exhausted: CallOperatorError,
  too_many_api_keys: CallOperatorError,
  too_many_webhooks: CallOperatorError,
  wechat_credentials: CallOperatorError,
  internal: CallOperatorError,
  unexpected_reply: CallOperatorError,
}

/** The error of a failure. A code of a newer server is classed by its status. */
export function errorOf(failure: Failure): ReachError {
  const known = Object.hasOwn(classes, failure.code) ? classes[failure.code] : undefined
  return new (known ?? classOf(failure.status))(failure)
}

function classOf(status = 500): ErrorClass {
  if (status === 429 || status === 503) return RetryLaterError
  return status < 500 ? FixRequestError : CallOperatorError
}
