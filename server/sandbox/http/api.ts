/** The API paths over HTTP: every call is kept, may meet a fault, and is answered as the platform answers. */
import Router from '@koa/router'
import type { ParameterizedContext } from 'koa'
import type { MonotonicClock, PlatformClock, Random } from '../../runtime/world.ts'
import {
  answer,
  type ApiRequest,
  type Endpoint,
  isFields,
  text,
  isFile,
  isRefusal,
  refuse,
  withRequestId,
  type Reply,
} from '../api/endpoint.ts'
import { endpoints } from '../api/endpoints.ts'
import type { Account } from '../state/account.ts'
import type { State, Fault, FaultEffect } from '../state/state.ts'
import { parseBody, readBody, type BodyLimits, readUpload } from './request.ts'

export interface ApiDeps {
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
  const query = queryOf(ctx.querystring)
  const entry = state.calls.begin({
    at: new Date(deps.clock.now()).toISOString(),
    method: ctx.method,
    path: ctx.path,
    query,
    body: null,
    status: null,
    reply: null,
  })

  const read = await readBody(ctx.req, deps.bodyLimits, deps.monotonic)
  if ('lost' in read && read.lost === 'stalled') return hangUp(ctx)
  const bytes = 'bytes' in read ? read.bytes : Buffer.alloc(0)
  const upload =
    endpoint?.takes === 'upload' ? await readUpload(bytes, ctx.get('content-type')) : undefined
  const body = endpoint?.takes === 'upload' ? undefined : parseBody(bytes)
  entry.call.body = upload ? { media: told(upload.name, upload.bytes) } : (body ?? null)
  const request: ApiRequest = { method: ctx.method, query, body, ...(upload ? { upload } : {}) }
  const caller = callerOf(request, state)
  if (caller) entry.appId = caller.appId

  const act = (): Outcome => {
    if (!endpoint) return { status: 404, reply: notServed(ctx) }
    const answered: Reply = 'lost' in read ? refuse(45002) : answer(endpoint, request, state)
    return { status: 200, reply: answered }
  }
  const fault = state.faults.take(ctx.path, caller?.appId)
  const outcome = fault ? await playFault(fault, act, waitWhileOpen(ctx, deps.monotonic)) : act()
  if (!outcome) return hangUp(ctx)

  const reply =
    typeof outcome.reply === 'object' && isRefusal(outcome.reply) && caller?.edition === '2026'
      ? withRequestId(outcome.reply, deps.clock.now(), deps.random)
      : outcome.reply
  ctx.status = outcome.status
  if (typeof reply === 'string' || !isFile(reply)) {
    Object.assign(entry.call, { status: outcome.status, reply })
    ctx.body = reply
    return
  }
  const { contentType, fileName } = reply
  Object.assign(entry.call, { status: outcome.status, reply: told(contentType, reply.bytes) })
  if (fileName) ctx.set('Content-Disposition', `attachment; filename="${fileName}"`)
  ctx.type = contentType
  ctx.body = reply.bytes
}

/** What is kept of a file: the list of calls is for reading. */
function told(name: string, { length }: Buffer): object {
  return { name, bytes: length }
}

/** The first of each parameter counts. */
function queryOf(querystring: string): Record<string, string> {
  const first = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(querystring)) {
    if (!first.has(name)) first.set(name, value)
  }
  return Object.fromEntries(first)
}

function callerOf({ query, body }: ApiRequest, state: State): Account | undefined {
  const token = query['access_token']
  if (token) return state.findToken(token)?.account
  const appId = query['appid'] ?? (isFields(body) ? text(body['appid']) : undefined)
  return appId === undefined ? undefined : state.accounts.get(appId)
}

function notServed(ctx: ParameterizedContext) {
  const paths = endpoints.map(({ method, path }) => `${method} ${path}`).join(', ')
  const { errcode, errmsg } = refuse(40066)
  return { errcode, errmsg: `${errmsg}: no ${ctx.path} in this sandbox, which has ${paths}` }
}

function hangUp(ctx: ParameterizedContext): void {
  ctx.respond = false
  // Not the request: once its body was read, destroying it leaves the socket open.
  ctx.req.socket.destroy()
}

/** A caller that went away is waited for no longer, so that closing the server ends every wait. */
function waitWhileOpen(ctx: ParameterizedContext, monotonic: MonotonicClock) {
  const gone = new AbortController()
  ctx.res.once('close', () => gone.abort())
  return async (ms: number) => {
    await monotonic.wait(ms, gone.signal)
    return !gone.signal.aborted
  }
}

/**
 * Plays a fault around a call: before it acts, or after, when only the reply can be lost. Whoever hangs up while he waits
 * for a call that has not acted yet has made none.
 */

/** `undefined`: the connection is cut and nothing is answered. */
export type Outcome = { status: number; reply: object | string } | undefined

export async function playFault(
  fault: Fault,
  act: () => Outcome,
  /** False: the caller went away meanwhile. */
  wait: (ms: number) => Promise<boolean>,
): Promise<Outcome> {
  const { effect } = fault
  if (fault.when === 'after') {
    const outcome = act()
    if (!('delayMs' in effect)) return lose(effect)
    await wait(effect.delayMs)
    return outcome
  }
  if (!('delayMs' in effect)) return lose(effect)
  return (await wait(effect.delayMs)) ? act() : undefined
}

function lose(effect: Exclude<FaultEffect, { delayMs: number }>): Outcome {
  if ('hangUp' in effect) return undefined
  if ('errcode' in effect) return { status: 200, reply: refuse(effect.errcode) }
  // What stands between a caller and the platform answers in HTML.
  return { status: effect.status, reply: `<html><h1>${effect.status}</h1></html>` }
}
