/** Serves the controls over HTTP: JSON in, JSON out; an error says what to do next. */
import Router from '@koa/router'
import type { ParameterizedContext } from 'koa'
import type { MonotonicClock } from '../../runtime/world.ts'
import { isFields } from '../api/endpoint.ts'
import { ControlError, type Control, type ControlledSandbox } from '../controls/control.ts'
import { controls } from '../controls/controls.ts'
import { writeJson } from '../rules/json.ts'
import { openApiDocument } from './openapi.ts'
import { closeSignal, parseBody, readBody, type BodyLimits } from './request.ts'

interface ControlDeps {
  sandbox: ControlledSandbox
  monotonic: MonotonicClock
  bodyLimits: BodyLimits
}

const document = JSON.stringify(openApiDocument(controls))

export function controlRoutes(deps: ControlDeps): Router {
  const router = new Router()
  router.get('/sandbox/openapi.json', (ctx) => {
    ctx.type = 'json'
    ctx.body = document
  })
  for (const control of Object.values(controls)) {
    router.register(control.path, [control.method], (ctx) => run(ctx, control, deps))
  }
  router.all('/sandbox{/*path}', (ctx) => {
    const known = Object.values(controls).map(({ method, path }) => `${method} ${path}`)
    const message =
      `There is no control ${ctx.method} ${ctx.path}. There are: ${known.join(', ')}. ` +
      'GET /sandbox/openapi.json describes them.'
    fail(ctx, 404, message)
  })
  return router
}

async function run(ctx: ParameterizedContext, control: Control, deps: ControlDeps): Promise<void> {
  const read = await readBody(ctx.req, deps.bodyLimits, deps.monotonic)
  if ('failed' in read) return fail(ctx, 400, 'The body stopped arriving, or is too large.')
  const body = parseBody(read.bytes) ?? {}
  if (!isFields(body)) return fail(ctx, 400, 'The body is not a JSON object.')
  try {
    const params: Record<string, string> = ctx['params']
    const request = { body, params, query: ctx.query, signal: closeSignal(ctx) }
    ctx.type = 'json'
    ctx.body = writeJson(await control.run(request, deps.sandbox))
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    fail(ctx, error.status, error.message)
  }
}

function fail(ctx: ParameterizedContext, status: 400 | 404, error: string): void {
  ctx.status = status
  ctx.body = { error }
}
