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
  isFile,
  isRefusal,
  refuse,
  text,
  withRequestId,
  type ApiRequest,
  type Endpoint,
} from '../api/endpoint.ts'
import { endpoints } from '../api/endpoints.ts'
import type { Account } from '../state/account.ts'
import type { Fault, FaultEffect, State } from '../state/state.ts'
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
  const body = endpoint?.takes === 'upload' ? undefined : parseBody(bytes)
  record.call.body = upload ? { media: fileSummary(upload.name, upload.bytes) } : (body ?? null)
  const request: ApiRequest = { method: ctx.method, query, body, ...(upload ? { upload } : {}) }
  const caller = findCaller(request, state)
  if (caller) record.appId = caller.appId

  const act = (): Response => {
    if (!endpoint) return { status: 404, reply: refuseUnknownPath(ctx.path) }
    const reply = 'failed' in read ? refuse(45002) : callEndpoint(endpoint, request, state)
    return { status: 200, reply }
  }
  const fault = state.faults.take(ctx.path, caller?.appId)
  const response = fault ? await applyFault(fault, act, ctx, deps.monotonic) : act()
  if (!response) return hangUp(ctx)

  const { status, reply } = response
  ctx.status = status
  if (typeof reply === 'object' && isFile(reply)) {
    const { contentType, fileName } = reply
    Object.assign(record.call, { status, reply: fileSummary(contentType, reply.bytes) })
    if (fileName) ctx.set('Content-Disposition', `attachment; filename="${fileName}"`)
    ctx.type = contentType
    ctx.body = reply.bytes
    return
  }
  ctx.body =
    typeof reply === 'object' && isRefusal(reply) && caller?.edition === '2026'
      ? withRequestId(reply, deps.clock.now(), deps.random)
      : reply
  Object.assign(record.call, { status, reply: ctx.body })
}

interface Response {
  status: number
  /** An object is written as JSON, or as the file that it is. */
  reply: object | string
}

/** What the list of calls shows of a file. */
function fileSummary(name: string, { length }: Buffer): object {
  return { name, bytes: length }
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
  return appId === undefined ? undefined : state.accounts.get(appId)
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

/**
 * Applies a fault before the call acts, or after it, when only the reply is lost. A caller that
 * hangs up during a delay before the call has made none. `undefined`: cut the connection without a
 * reply.
 */
async function applyFault(
  { when, effect }: Fault,
  act: () => Response,
  ctx: ParameterizedContext,
  monotonic: MonotonicClock,
): Promise<Response | undefined> {
  const early = when === 'after' ? act() : undefined
  if (!('delayMs' in effect)) return faultResponse(effect)
  const closed = closeSignal(ctx)
  await monotonic.wait(effect.delayMs, closed)
  if (early) return early
  return closed.aborted ? undefined : act()
}

function faultResponse(effect: Exclude<FaultEffect, { delayMs: number }>): Response | undefined {
  if ('hangUp' in effect) return undefined
  if ('errcode' in effect) return { status: 200, reply: refuse(effect.errcode) }
  // A proxy between the caller and the platform replies in HTML.
  return { status: effect.status, reply: `<html><h1>${effect.status}</h1></html>` }
}
