/** An error that a caller is meant to read: becomes an `application/problem+json` reply (RFC 9457). */
import type { Middleware } from 'koa'
import type { ProblemCode } from '../../shared/codes.ts'
import type { FieldError, Problem, WechatRefusal } from '../../shared/wire/index.ts'
import type { Log } from '../runtime/world.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import { reply } from './route.ts'
import type { Answer } from './route.ts'

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

/** The one place where an error becomes an answer. No stack trace and no foreign text leaves it. */

export function problems(log: Log): Middleware {
  return (ctx, next) => next().catch((error: unknown) => reply(ctx, problemAnswer(error, log)))
}

/** The end of an app of our own: whatever no route took. */
export const notFound: Middleware = (ctx) => {
  const matched = (ctx.matched ?? []) as { methods: string[] }[]
  if (matched.length > 0) {
    const allowed = matched.flatMap(({ methods }) => methods).join(', ')
    ctx.set('Allow', allowed)
    throw new ProblemError(405, 'method_not_allowed', `Use ${allowed} here.`)
  }
  throw new ProblemError(404, 'not_found', 'Nothing is at this path: see GET /openapi.json.')
}

export function problemAnswer(error: unknown, log: Log): Answer {
  const problem = asProblem(error, log)
  const { status, retryAfterSeconds } = problem
  const headers = {
    'Content-Type': 'application/problem+json',
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    // What is left of a body that was too large is not read: the connection cannot be used again.
    ...(status === 413 && { Connection: 'close' }),
  }
  return { status, headers, body: problem.toJSON() }
}

function asProblem(error: unknown, log: Log): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof StoreUnavailableError) {
    log.error({ err: error }, 'the database is away')
    return new ProblemError(503, 'store_unavailable', 'The database is away: try again.', {
      retryAfterSeconds: 5,
    })
  }
  log.error({ err: error }, 'a request failed')
  return new ProblemError(500, 'internal', 'The server made a mistake; its log has the reason.')
}
