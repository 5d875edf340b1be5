/** The one place where an error becomes an answer. No stack trace and no foreign text leaves it. */
import type { Middleware } from 'koa'
import { ProblemError } from '../problem.ts'
import type { Answer } from '../routes/route.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import type { Log } from '../world.ts'
import { reply } from './reply.ts'

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
