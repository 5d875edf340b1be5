/**
 * Authentication: the credential of a request → the session of a phone, or the app of an operator.
 */
import type { Context } from 'koa'
import type { ApiKey } from '../config/api-keys.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { sha256 } from '../runtime/encoding.ts'
import { ProblemError } from './problems.ts'
import type { Caller, Callers, Route } from './route.ts'
import type { ApiKeys, KnownKey, Services } from './services.ts'
import type { Trace } from './trace.ts'

export function identify(
  ctx: Context,
  route: Route,
  services: Services,
  trace: Trace,
): Caller | Promise<Caller> {
  switch (route.caller) {
    case 'anyone':
      return {}
    case 'phone':
      return phone(ctx, services)
    case 'operator':
      return operator(ctx, route, services, trace)
    case 'server':
      return { key: apiKey(ctx, route, services, trace) }
    default:
      return route.caller satisfies never
  }
}

async function phone(
  ctx: Context,
  { sessions, apps, requestLimit }: Services,
): Promise<Callers['phone']> {
  const session = await sessions.verify(bearer(ctx))
  const app = session && apps.find(session.appId)
  if (!session || !app) {
    const detail = 'The session token is unknown or has expired: sign in again.'
    throw new ProblemError(401, 'unauthorized', detail)
  }
  const waitSeconds = await requestLimit.take(session.user)
  if (waitSeconds !== undefined) {
    throw rateLimited('This user sends too many requests.', waitSeconds)
  }
  return { session, app }
}

function operator(
  ctx: Context,
  route: Route,
  services: Services,
  trace: Trace,
): Callers['operator'] {
  const key = apiKey(ctx, route, services, trace)
  return { app: operatorApp(ctx, services), key }
}

function apiKey(ctx: Context, route: Route, { apiKeys }: Services, trace: Trace): KnownKey {
  const key = apiKeys.find(bearer(ctx))
  if (!key) {
    throw new ProblemError(401, 'unauthorized', 'The API key is not one of REACH_API_KEYS.')
  }
  trace.keyId = key.id
  if (route.scope && !key.scopes.has(route.scope)) {
    throw new ProblemError(403, 'forbidden', `The API key lacks the scope ${route.scope}.`)
  }
  return key
}

function operatorApp(ctx: Context, { apps }: Services): ReachApp {
  const appId = ctx.query.appId
  const named = typeof appId === 'string' ? apps.find(appId) : undefined
  if (named) return named
  if (appId !== undefined) {
    const errors = [{ path: 'query/appId', message: 'is not an app of this server' }]
    throw new ProblemError(400, 'unknown_app', 'This server does not serve that appId.', { errors })
  }
  const [only, ...others] = apps.all
  if (only && others.length === 0) return only
  const errors = [{ path: 'query/appId', message: 'is missing' }]
  throw new ProblemError(400, 'app_id_required', 'This server serves several apps: add ?appId=…', {
    errors,
  })
}

function bearer(ctx: Context): string {
  const token = /^Bearer +(\S+) *$/i.exec(ctx.get('Authorization'))?.[1]
  if (token) return token
  throw new ProblemError(401, 'unauthorized', 'Send the header Authorization: Bearer <token>.')
}

export const rateLimited = (detail: string, retryAfterSeconds: number) =>
  new ProblemError(429, 'rate_limited', `${detail} Wait as Retry-After says.`, {
    retryAfterSeconds,
  })

/**
 * Keys are looked up by their hash, so that the time of a comparison reveals nothing about a key.
 */
export function createApiKeys(keys: readonly ApiKey[]): ApiKeys {
  const byHash = new Map(
    keys.map(({ key, scopes }) => [hashOf(key), { id: idOf(key), scopes: new Set(scopes) }]),
  )
  return { find: (key) => byHash.get(hashOf(key)) }
}

const hashOf = (key: string) => sha256(key).toString('base64')

/** Stays the same over restarts. 32 bits tell keys apart and are too few to check a guess by. */
const idOf = (key: string) => `env_${sha256(`wx-reach id of key ${key}`).toString('hex', 0, 4)}`
