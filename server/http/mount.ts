/** Routes → a router. Each request is authenticated, decoded, acted on, replied to and logged. */
import Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import getRawBody from 'raw-body'
import type { TSchema } from 'typebox'
import { serverRules } from '../rules/process.ts'
import { maxBodyValues, maxQueryParameters } from '../rules/requests.ts'
import type { World } from '../runtime/world.ts'
import { auditDone, auditFailed } from './auditing.ts'
import { identify } from './callers.ts'
import { compressed, mayCompress } from './compressed-replies.ts'
import { addConsole } from './console.ts'
import { problemReply, ProblemError } from './problems.ts'
import { isOfConsole } from './route.ts'
import type { BodySpec, Caller, HttpReply, Route } from './route.ts'
import { decoder, openId, type Decode } from './schemas/schema.ts'
import type { Services } from './services.ts'
import {
  beginTrace,
  createAddressCheck,
  createRequestIds,
  logRequest,
  type Trace,
} from './trace.ts'

/** @param prefix where the routes are mounted in another app, for example `/reach` */
export function createRouter(routes: readonly Route[], services: Services, prefix = ''): Router {
  const router = prefix === '' ? new Router() : new Router({ prefix })
  for (const route of routes) router[route.method](route.path, handler(route, services))
  const { console, world } = services
  if (console && routes.some(isOfConsole)) addConsole(router, console.files, world)
  return router
}

/**
 * One function instead of several middlewares: each of those would cost every request promises of
 * its own.
 */
function handler(route: Route, services: Services): Middleware {
  const { world, metrics } = services
  const count = metrics?.requests(route)
  const newId = createRequestIds(world.random)
  const compresses = mayCompress(route)
  return async (ctx) => {
    const startedMs = world.monotonic.now()
    const trace = beginTrace(ctx, newId)
    try {
      checkQuery(ctx)
      const reply = await replyTo(ctx, route, services, trace)
      writeReply(ctx, compresses ? await compressed(ctx, reply) : reply)
    } catch (error) {
      const reply = problemReply(error, trace, world.log)
      auditFailed(services.audit, route, reply.body, trace)
      writeReply(ctx, reply)
    }
    const tookMs = world.monotonic.now() - startedMs
    count?.(ctx.status, tookMs / 1_000)
    const ms = Math.round(tookMs * 10) / 10
    logRequest(world.log, ctx, trace, { route: route.path, ms })
  }
}

/** The first middleware of an app: replies to requests outside its routes, and logs them. */
export function unrouted(
  { random, log }: Pick<World, 'random' | 'log'>,
  trustedProxies = 0,
): Middleware {
  const checkAddress = createAddressCheck(log, trustedProxies)
  const newId = createRequestIds(random)
  return async (ctx, next) => {
    try {
      checkAddress(ctx)
      reduceTarget(ctx)
      await next()
    } catch (error) {
      const trace = beginTrace(ctx, newId)
      writeReply(ctx, problemReply(error, trace, log))
      logRequest(log, ctx, trace)
    }
  }
}

/**
 * Reduces the target `http://host/path` (RFC 9112, 3.2.2) to its path and query: Koa's parser
 * throws at hosts such as `[x` and `xn--a`.
 */
function reduceTarget(ctx: Context): void {
  if (ctx.url.startsWith('/')) return
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(ctx.url)?.[1]
  if (path === undefined) throw new ProblemError(404, 'not_found', 'Ask for a path: /v1/…')
  ctx.url = path.startsWith('/') ? path : `/${path}`
}

/**
 * Call it before `ctx.query` is read: for each parameter Koa looks through all the others.
 *
 * @throws {ProblemError} 400 for too many parameters
 */
export function checkQuery({ url }: Context): void {
  let parameters = 1
  for (let at = url.indexOf('&'); at !== -1; at = url.indexOf('&', at + 1)) parameters += 1
  if (parameters <= maxQueryParameters) return
  const detail = `The query has more than ${maxQueryParameters} parameters: send fewer.`
  throw new ProblemError(400, 'invalid_query', detail)
}

function writeReply(ctx: Context, { status, headers, body }: HttpReply): void {
  ctx.status = status
  if (headers) ctx.set(headers)
  if (body) ctx.body = body
}

function replyTo(ctx: Context, route: Route, services: Services, trace: Trace): Promise<HttpReply> {
  const { errorReply } = route
  const reply = act(ctx, route, services, trace)
  return errorReply ? reply.catch((error: unknown) => errorReply(error, services)) : reply
}

async function act(
  ctx: Context,
  route: Route,
  services: Services,
  trace: Trace,
): Promise<HttpReply> {
  const caller = await identify(ctx, route, services, trace)
  const arrived: Arrived = {
    query: () => ctx.query,
    params: ctx.params as Record<string, string>,
    header: (name) => ctx.get(name) || undefined,
    body: (spec) => readBody(ctx, spec),
  }
  return perform(arrived, caller, route, services, trace)
}

/** A request that is not decoded yet. */
export interface Arrived {
  query(): object
  params: Record<string, string>
  header(name: string): string | undefined
  /** Parsed from JSON, or bytes. */
  body(spec: BodySpec<unknown>): unknown
}

/** Decodes a request, acts on it, and tells the audit. */
export async function perform(
  arrived: Arrived,
  caller: Caller,
  route: Route,
  services: Services,
  trace: Trace,
): Promise<HttpReply> {
  const { header } = arrived
  const reply = route.act(
    {
      query: route.query && decodeQuery(arrived.query(), route),
      params: checkParams(arrived.params),
      body: route.body && decodeBody(await arrived.body(route.body), route.body.decode),
      header,
      prefersAsync: () => /\brespond-async\b/i.test(header('Prefer') ?? ''),
      trace,
      // Last: V8 is slow to add properties to an object that began as a copy.
      ...caller,
    },
    services,
  )
  return route.audit ? audited(reply, route, services, trace) : reply
}

async function audited(
  acted: Promise<HttpReply>,
  route: Route,
  { audit }: Services,
  trace: Trace,
): Promise<HttpReply> {
  const reply = await acted
  await auditDone(audit, route, reply, trace)
  return reply
}

const readBody = (ctx: Context, { bytes }: BodySpec<unknown>) =>
  bytes ? readBytes(ctx, bytes.maxBytes) : readJson(ctx)

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The Koa app that the router is mounted in may have parsed the body before. */
async function readJson(ctx: Context): Promise<unknown> {
  const parsed = (ctx.request as { body?: unknown }).body
  if (parsed !== undefined) return parsed
  return parseJson(await readBytes(ctx, serverRules.maxBodyBytes))
}

export function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(raw))
  } catch {
    throw new ProblemError(400, 'invalid_json', 'The body is not JSON in UTF-8.')
  }
}

async function readBytes(ctx: Context, maxBytes: number): Promise<Buffer> {
  const encoding = ctx.get('Content-Encoding')
  if (encoding !== '' && encoding !== 'identity') {
    throw new ProblemError(415, 'unsupported_encoding', 'Send the body without Content-Encoding.')
  }
  const { rawBody } = ctx.request as { rawBody?: unknown }
  // A body parser of the surrounding app has read the stream; the common ones store the text here.
  if (typeof rawBody === 'string' && Buffer.byteLength(rawBody) <= maxBytes) {
    return Buffer.from(rawBody)
  }
  if (ctx.get('Transfer-Encoding') !== '') boundChunks(ctx)
  try {
    return await getRawBody(ctx.req, { limit: maxBytes, length: ctx.request.length ?? null })
  } catch (error) {
    if ((error as { type?: string }).type === 'entity.too.large') {
      throw tooLarge(maxBytes, error)
    }
    throw new ProblemError(400, 'invalid_json', 'The body ended early.', { cause: error })
  }
}

export function tooLarge(maxBytes: number, cause?: unknown): ProblemError {
  const detail = `The body is over ${maxBytes / 1024} KB: make it smaller.`
  return new ProblemError(413, 'body_too_large', detail, { cause })
}

/** 256 KB in chunks of one byte would take a second of work: the connection is cut before. */
function boundChunks({ req }: Context): void {
  let chunks = 0
  req.on('data', () => {
    chunks += 1
    if (chunks > serverRules.maxBodyChunks) req.destroy()
  })
}

function decodeBody(value: unknown, decode: Decode<unknown>): unknown {
  if (holdsMore(value, maxBodyValues)) {
    const errors = [{ path: '', message: `must not have more than ${maxBodyValues} values` }]
    throw new ProblemError(400, 'invalid_body', 'The body is too large: see errors.', { errors })
  }
  const decoded = decode(value)
  if (decoded.ok) return decoded.value
  const fields = decoded.errors.length === 1 ? 'a bad field' : 'bad fields'
  const detail = `The body has ${fields}: see errors.`
  throw new ProblemError(400, 'invalid_body', detail, { errors: decoded.errors })
}

/** Without recursion: a body may be nested 100,000 levels deep. */
function holdsMore(value: unknown, most: number): boolean {
  const waiting = [value]
  let left = most
  for (let one = waiting.pop(); left >= 0 && one !== undefined; one = waiting.pop()) {
    if (typeof one !== 'object' || one === null || Buffer.isBuffer(one)) continue
    const fields: unknown[] = Array.isArray(one) ? one : Object.values(one)
    left -= fields.length
    if (left >= 0) waiting.push(...fields)
  }
  return left < 0
}

/** Numbers in a query are text. `identify` has read `appId` for the callers that it concerns. */
function decodeQuery(arrived: object, { query, caller }: Route): unknown {
  const { schema, decode } = query!
  const values = Object.entries(arrived)
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
