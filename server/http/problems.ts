/** Errors as `application/problem+json` replies (RFC 9457). */
import type { ProblemCode } from '../../shared/codes.ts'
import type { FieldError, Problem, WechatRefusal } from '../../shared/wire/index.ts'
import type { Log } from '../runtime/world.ts'
import { StoreUnavailableError } from '../store/store.ts'
import type { HttpReply } from './route.ts'
import type { Trace } from './trace.ts'

interface ProblemOptions {
  errors?: FieldError[]
  wechat?: WechatRefusal
  retryAfterSeconds?: number
  cause?: unknown
}

/** An error whose text the caller reads. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly errors: FieldError[] | undefined
  readonly wechat: WechatRefusal | undefined
  readonly retryAfterSeconds: number | undefined

  /**
   * @param detail what happened and what the caller can do, free of secrets and of personal data
   */
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

  toProblem(requestId: string): Problem {
    return {
      status: this.status,
      title: titles[this.status] ?? 'Error',
      detail: this.message,
      code: this.code,
      requestId,
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
  502: 'Bad gateway',
  503: 'Service unavailable',
}

/**
 * Turns an error into a problem reply. The caller sees no stack trace and no text of an unexpected
 * error.
 */
export function problemReply(
  error: unknown,
  { requestId }: Pick<Trace, 'requestId'>,
  log: Log,
): HttpReply & { body: Problem } {
  const problem = asProblem(error, requestId, log)
  const { status, retryAfterSeconds } = problem
  const headers = {
    'Content-Type': 'application/problem+json',
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    // The rest of a body that is too large stays unread, so the connection cannot be reused.
    ...(status === 413 && { Connection: 'close' }),
  }
  return { status, headers, body: problem.toProblem(requestId) }
}

function asProblem(error: unknown, requestId: string, log: Log): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof StoreUnavailableError) {
    log.error({ err: error, requestId }, 'the database is unavailable')
    return new ProblemError(503, 'store_unavailable', 'The database is unavailable: try again.', {
      retryAfterSeconds: 5,
    })
  }
  log.error({ err: error, requestId }, 'a request failed')
  return new ProblemError(500, 'internal', 'The server failed: its log has the reason.')
}
