/** Routes → a router: the credential, the decoded input, the act, its answer or a problem, and a log line. */
import Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { TSchema } from 'typebox'
import { readBytes, readJson } from './body.ts'
import { identify } from './callers.ts'
import { requestLog } from './logging.ts'
import { problemAnswer, ProblemError } from './problems.ts'
import { reply } from './route.ts'
import type { Answer, Route, TakenBody } from './route.ts'
import { decoder, openId } from './schemas/schema.ts'
import type { Services } from './services.ts'

/** @param prefix where the routes hang in a bigger app, for example `/reach` */
export function createRouter(routes: readonly Route[], services: Services, prefix = ''): Router {
  const router = prefix === '' ? new Router() : new Router({ prefix })
  for (const route of routes) router[route.method](route.path, handler(route, services))
  return router
}

/** All that happens to a request, as one function: each further layer would cost each request promises of its own. */
function handler(route: Route, services: Services): Middleware {
  const { world, metrics } = services
  const tell = requestLog(world.log, route.path, metrics?.requests(route))
  return async (ctx) => {
    const startedMs = world.monotonic.now()
    try {
      reply(ctx, await answer(ctx, route, services))
    } catch (error) {
      reply(ctx, problemAnswer(error, world.log))
    }
    tell(ctx, world.monotonic.now() - startedMs)
  }
}

function answer(ctx: Context, route: Route, services: Services): Promise<Answer> {
  const { refuse } = route
  const asked = act(ctx, route, services)
  return refuse ? asked.catch((error: unknown) => refuse(error, services)) : asked
}

async function act(ctx: Context, route: Route, services: Services): Promise<Answer> {
  const caller = await identify(ctx, route, services)
  return route.act(
    {
      query: route.query && decodeQuery(ctx, route),
      params: checkParams(ctx.params as Record<string, string>),
      body: route.body && decodeBody(await readBody(ctx, route.body), route.body.decode),
      header: (name) => ctx.get(name) || undefined,
      address: () => ctx.ip,
      // Last: V8 takes long to add to a copy.
      ...caller,
    },
    services,
  )
}

const readBody = (ctx: Context, { bytes }: TakenBody<unknown>) =>
  bytes ? readBytes(ctx, bytes.maxBytes) : readJson(ctx)

function decodeBody(value: unknown, decode: NonNullable<Route['body']>['decode']): unknown {
  const decoded = decode(value)
  if (decoded.ok) return decoded.value
  const detail = `The body has ${decoded.errors.length === 1 ? 'a bad field' : 'bad fields'}: see errors.`
  throw new ProblemError(400, 'invalid_body', detail, { errors: decoded.errors })
}

/** Numbers in a query come as text. `appId` is not the route's business: the caller's check has read it. */
function decodeQuery(ctx: Context, { query, caller }: Route): unknown {
  const { schema, decode } = query!
  const values = Object.entries(ctx.query)
    .filter(([name]) => name !== 'appId' || (caller !== 'operator' && caller !== 'server'))
    .map(([name, value]) => [name, isNumeric(schema, name) ? asNumber(value) : value])
  const decoded = decode(Object.fromEntries(values))
  if (decoded.ok) return decoded.value
  const errors = decoded.errors.map(({ path, message }) => ({ path: `query${path}`, message }))
  throw new ProblemError(400, 'invalid_query', 'The query has bad fields: see errors.', { errors })
}

const isNumeric = (schema: TSchema, name: string) =>
  (schema as { properties?: Record<string, { type?: string }> }).properties?.[name]?.type ===
  'integer'

const asNumber = (value: unknown) =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value

const decodeOpenId = decoder(openId)

function checkParams(params: Record<string, string>): Record<string, string> {
  if (params.openId === undefined || decodeOpenId(params.openId).ok) return params
  const errors = [{ path: 'path/openId', message: 'must be 1 to 64 letters, digits, - and _' }]
  throw new ProblemError(400, 'invalid_query', 'The path has a bad field: see errors.', { errors })
}
