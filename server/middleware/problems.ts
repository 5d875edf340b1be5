/** The one place where an error becomes a reply. No stack trace and no foreign text leaves it. */
import type { Context, Middleware } from 'koa'
import { ProblemError } from '../problem.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import type { Log } from '../world.ts'

export function problems(log: Log): Middleware {
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      reply(ctx, asProblem(error, log))
    }
  }
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

function reply(ctx: Context, problem: ProblemError): void {
  ctx.status = problem.status
  if (problem.retryAfterSeconds !== undefined)
    ctx.set('Retry-After', String(problem.retryAfterSeconds))
  if (problem.status === 401) ctx.set('WWW-Authenticate', 'Bearer')
  // What is left of a body that was too large is not read: the connection cannot be used again.
  if (problem.status === 413) ctx.set('Connection', 'close')
  ctx.body = problem.toJSON()
  ctx.type = 'application/problem+json'
}
