/**
 * Serves the API paths over HTTP: records every call, applies faults and replies as the platform
 * does.
 */
import Router from '@koa/router'
import type { ParameterizedContext } from 'koa'
import { iso, type MonotonicClock, type PlatformClock, type Random } from '../../runtime/world.ts'
import {
  callEndpoint,
  isFields,
  isRefusal,
  refuse,
  text,
  withRequestId,
  type ApiRequest,
  type Endpoint,
  type Reply,
} from '../api/endpoint.ts'
import { endpoints } from '../api/endpoints.ts'
import type { Account } from '../state/account.ts'
import type { Fault } from '../state/faults.ts'
import type { State } from '../state/state.ts'
import {
  damage,
  fileSummary,
  htmlReply,
  sendReply,
  writeReply,
  type WrittenReply,
} from './reply.ts'
import { closeSignal, parseBody, readBody, readUpload, type BodyLimits } from './request.ts'

interface ApiDeps {
  state(): State
  clock: PlatformClock
  monotonic: MonotonicClock
  random: Random
  bodyLimits: BodyLimits
}

export function apiRoutes(deps: ApiDeps): Router {
  const router = new Router()
  for (const endpoint of endpoints) {
    router.all(endpoint.path, (ctx) => exchange(ctx, deps, endpoint))
  }
  router.all('/{*path}', (ctx) => exchange(ctx, deps, undefined))
  return router
}

async function exchange(ctx: ParameterizedContext, deps: ApiDeps, endpoint: Endpoint | undefined) {
  const state = deps.state()
  const query = firstValues(ctx.querystring)
  const record = state.calls.begin({
    at: iso(deps.clock.now()),
    method: ctx.method,
    path: ctx.path,
    query,
    body: null,
    status: null,
    reply: null,
  })

  const read = await readBody(ctx.req, deps.bodyLimits, deps.monotonic)
  if ('failed' in read && read.failed === 'stalled') return hangUp(ctx)
  const bytes = 'bytes' in read ? read.bytes : Buffer.alloc(0)
  const upload =
    endpoint?.takes === 'upload' ? await readUpload(bytes, ctx.get('content-type')) : undefined
  const body = upload ? undefined : parseBody(bytes)
  const media = upload?.file && fileSummary(upload.file.name, upload.file.bytes)
  record.call.body = upload ? { ...upload.fields, ...(media && { media }) } : (body ?? null)
  const request: ApiRequest = { method: ctx.method, query, body, ...(upload && { upload }) }
  const caller = findCaller(request, state)
  if (caller) record.appId = caller.appId

  const answer = (): Reply => {
    if (caller && !caller.calls.spend()) return refuse(45011)
    if (!endpoint) return refuseUnknownPath(ctx.path)
    return 'failed' in read ? refuse(45002) : callEndpoint(endpoint, request, state)
  }
  const write = (reply: Reply) => {
    const withId = isRefusal(reply) && caller?.edition === '2026'
    const written = withId ? withRequestId(reply, deps.clock.now(), deps.random) : reply
    return writeReply(written, endpoint?.writes)
  }
  // Not that of the request: a router also takes /cgi-bin/TOKEN/ for /cgi-bin/token.
  const fault = endpoint && state.faults.take(endpoint.path, caller?.appId)
  const written = fault
    ? await applyFault(fault, { answer, write }, ctx, deps.monotonic)
    : write(answer())
  if (!written) return hangUp(ctx)
  Object.assign(record.call, { status: written.status, reply: written.shown })
  await sendReply(ctx, written, deps.monotonic)
}

/** The platform takes the first value of a repeated parameter. */
function firstValues(querystring: string): Record<string, string> {
  const first = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(querystring)) {
    if (!first.has(name)) first.set(name, value)
  }
  return Object.fromEntries(first)
}

function findCaller({ query, body }: ApiRequest, state: State): Account | undefined {
  const token = query['access_token']
  if (token) return state.findToken(token)?.account
  const appId = query['appid'] ?? (isFields(body) ? text(body['appid']) : undefined)
  return appId === undefined ? state.findCloudRun() : state.accounts.get(appId)
}

function refuseUnknownPath(path: string) {
  const paths = endpoints.map((endpoint) => `${endpoint.method} ${endpoint.path}`).join(', ')
  return refuse(40066, `: no ${path} in this sandbox, which has ${paths}`)
}

function hangUp(ctx: ParameterizedContext): void {
  ctx.respond = false
  // Not the request: once its body was read, destroying it leaves the socket open.
  ctx.req.socket.destroy()
}

interface Call {
  /** Acts on the state. */
  answer(): Reply
  write(reply: Reply): WrittenReply
}

/**
 * Applies a fault before the call acts, or after it, when only the reply is lost. A caller that
 * hangs up during a delay before the call has made none. `undefined`: cut the connection without a
 * reply.
 */
async function applyFault(
  { when, effect }: Fault,
  { answer, write }: Call,
  ctx: ParameterizedContext,
  monotonic: MonotonicClock,
): Promise<WrittenReply | undefined> {
  const early = when === 'after' ? answer() : undefined
  if ('hangUp' in effect) return undefined
  if ('errcode' in effect) return write(refuse(effect.errcode))
  if ('status' in effect) return htmlReply(effect.status)
  if ('reply' in effect) {
    // A whole body needs none of the platform's.
    const base = early ?? (effect.reply.body ? {} : answer())
    return damage(write(base), effect.reply)
  }
  const closed = closeSignal(ctx)
  await monotonic.wait(effect.delayMs, closed)
  if (early) return write(early)
  return closed.aborted ? undefined : write(answer())
}
