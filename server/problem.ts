/** An error that a caller is meant to read: becomes an `application/problem+json` reply (RFC 9457). */
import type { FieldError, Problem, WechatRefusal } from '../shared/wire.ts'
import type { ProblemCode } from '../shared/codes.ts'

export interface ProblemOptions {
  errors?: FieldError[]
  wechat?: WechatRefusal
  retryAfterSeconds?: number
  cause?: unknown
}

export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly errors: FieldError[] | undefined
  readonly wechat: WechatRefusal | undefined
  readonly retryAfterSeconds: number | undefined

  /** @param detail what happened and what the caller can do, free of secrets and of personal data */
  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    detail: string,
    options: ProblemOptions = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.errors = options.errors
    this.wechat = options.wechat
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  toJSON(): Problem {
    return {
      status: this.status,
      title: titles[this.status] ?? 'Error',
      detail: this.message,
      code: this.code,
      ...(this.errors && { errors: this.errors }),
      ...(this.wechat && { wechat: this.wechat }),
    }
  }
}

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  429: 'Too many requests',
  500: 'Internal server error',
  501: 'Not implemented',
  502: 'Bad gateway',
  503: 'Service unavailable',
}
