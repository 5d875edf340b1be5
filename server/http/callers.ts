/**
 * Authentication: the credential of a request → the session of a phone, or the app of an operator.
 */
import type { Context } from 'koa'
import type { ApiKey } from '../config/api-keys.ts'
import { apiKeyRules } from '../rules/api-keys.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { sha256, sha256Text } from '../runtime/encoding.ts'
import { createCache, createSingleFlight, type World } from '../runtime/world.ts'
import type { ApiKeyStore } from '../store/store.ts'
import { browserOf, hasCookie, sessionOf } from './browser.ts'
import { ProblemError } from './problems.ts'
import type { Caller, Callers, Route } from './route.ts'
import type { ApiKeys, KnownKey, Services } from './services.ts'
import { clientOf, type Trace } from './trace.ts'

export function identify(
  ctx: Context,
  route: Route,
  services: Services,
  trace: Trace,
): Caller | Promise<Caller> {
  switch (route.caller) {
    case 'anyone':
      return route.countsAsSignIn ? signIn(ctx, services) : {}
    case 'monitor':
      if (ctx.get('Authorization') === '') return {}
      return apiKey(ctx, route, services, trace).then((key) => ({ key }))
    case 'phone':
      return phone(ctx, services)
    case 'operator':
      return operator(ctx, route, services, trace)
    case 'server':
      return server(ctx, route, services, trace)
    case 'holder':
      return apiKey(ctx, route, services, trace).then((key) => ({ key }))
    case 'browser':
      return browser(ctx, route, services)
    default:
      return route.caller satisfies never
  }
}

/** Before the body is read, so that a malformed sign-in counts too. */
async function signIn(ctx: Context, { limits }: Services): Promise<Callers['anyone']> {
  const waitSeconds = await limits.signIns.take(clientOf(ctx.ip))
  if (waitSeconds !== undefined) throw rateLimited('This address signs in too often.', waitSeconds)
  return {}
}

/** The sign-ins of the console count apart, so that phones lock no operator out. */
async function browser(
  ctx: Context,
  route: Route,
  services: Services,
): Promise<Callers['browser']> {
  const { limits } = services
  const client = clientOf(ctx.ip)
  if (route.countsAsSignIn) {
    const waitSeconds = await limits.signIns.take(`console ${client}`)
    if (waitSeconds !== undefined) {
      throw rateLimited('This address signs in too often.', waitSeconds)
    }
  }
  return { browser: await browserOf(ctx, services) }
}

async function phone(ctx: Context, services: Services): Promise<Callers['phone']> {
  const { sessions, apps, limits } = services
  const token = bearer(ctx)
  const session = token === undefined ? undefined : await sessions.verify(token)
  const app = session && apps.find(session.appId)
  if (!session || !app) {
    const detail = 'The session token is unknown or has expired: sign in again.'
    throw await refusal(ctx, services, detail)
  }
  const waitSeconds = await limits.user.take(session.user)
  if (waitSeconds !== undefined) {
    throw rateLimited('This user sends too many requests.', waitSeconds)
  }
  return { session, app }
}

async function operator(
  ctx: Context,
  route: Route,
  services: Services,
  trace: Trace,
): Promise<Callers['operator']> {
  const key = await apiKey(ctx, route, services, trace)
  const app = operatorApp(ctx.query.appId, key, services)
  trace.appId = app.appId
  return { app, key }
}

async function server(
  ctx: Context,
  route: Route,
  services: Services,
  trace: Trace,
): Promise<Callers['server']> {
  const key = await apiKey(ctx, route, services, trace)
  if (key.appId === undefined) return { key }
  const detail = 'The API key is bound to one app, and this call concerns all apps of the server.'
  throw new ProblemError(403, 'forbidden', detail)
}

async function apiKey(
  ctx: Context,
  route: Route,
  services: Services,
  trace: Trace,
): Promise<KnownKey> {
  const key = await shownKey(ctx, services, trace)
  if (!key) {
    throw await refusal(ctx, services, 'The API key is unknown, revoked or expired.')
  }
  trace.keyId = key.id
  if (key.appId !== undefined) trace.appId = key.appId
  const waitSeconds = await services.limits.key.take(key.id)
  if (waitSeconds !== undefined) {
    throw rateLimited('This API key sends too many requests.', waitSeconds)
  }
  if (route.scope && !key.scopes.has(route.scope)) {
    throw new ProblemError(403, 'forbidden', `The API key lacks the scope ${route.scope}.`)
  }
  return key
}

/** A header counts before a cookie, which browsers add by themselves. */
function shownKey(ctx: Context, services: Services, trace: Trace): ReturnType<ApiKeys['find']> {
  const secret = bearer(ctx)
  if (secret !== undefined) return services.apiKeys.find(secret)
  if (ctx.get('Authorization') !== '' || ctx.get('Cookie') === '') return undefined
  const session = sessionOf(ctx, services)
  if (!session) return undefined
  trace.sessionEndsAtMs = session.endsAtMs
  return services.apiKeys.findHashed(session.keyHash)
}

/**
 * The app of a request, of those that the key may do anything for: the named one, else its own. Of
 * another app a bound key learns nothing, not even whether this server serves it.
 */
export function ofOwnApp<Named>(named: Named, key: KnownKey): Named | string | undefined {
  if (named === undefined || key.appId === undefined) return named ?? key.appId
  if (named === key.appId) return named
  throw new ProblemError(403, 'forbidden', 'The API key is bound to another app.')
}

/** What people wrote, and what was written to them, is for those who write to them or export it. */
export const mayReadContent = ({ scopes }: KnownKey): boolean =>
  scopes.has('send') || scopes.has('privacy')

/** The app of a request: the one that it names, else that of its key, else the only one. */
export function operatorApp(named: unknown, key: KnownKey, { apps }: Services): ReachApp {
  const appId = ofOwnApp(named, key)
  const found = typeof appId === 'string' ? apps.find(appId) : undefined
  if (found) return found
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

const bearer = (ctx: Context): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(ctx.get('Authorization'))?.[1]

const noCredential = 'Send the header Authorization: Bearer <token>.'
const sessionEnded = 'The session of the console has ended, or its API key was revoked: sign in.'

/**
 * Of a request without a good credential; `detail` is for one with a bad one. A good one is never
 * refused for others of its address: else a stranger behind the same proxy could lock out everyone.
 */
async function refusal(ctx: Context, services: Services, detail: string): Promise<ProblemError> {
  const waitSeconds = await services.limits.failures.take(clientOf(ctx.ip))
  const without = hasCookie(ctx, services) ? sessionEnded : noCredential
  return waitSeconds === undefined
    ? new ProblemError(401, 'unauthorized', bearer(ctx) === undefined ? without : detail)
    : rateLimited('This address sends too many requests without a good credential.', waitSeconds)
}

export const rateLimited = (detail: string, retryAfterSeconds: number) =>
  new ProblemError(429, 'rate_limited', `${detail} Wait as Retry-After says.`, {
    retryAfterSeconds,
  })

interface ApiKeyOptions {
  /** Those of REACH_API_KEYS. */
  keys: readonly ApiKey[]
  store: Pick<ApiKeyStore, 'findApiKey' | 'touchApiKey'>
  world: Pick<World, 'clock' | 'monotonic' | 'log'>
}

/**
 * Keys of the settings and of the database. They are looked up by their hash, so that the time of a
 * comparison reveals nothing about a key.
 */
export function createApiKeys({ keys, store, world }: ApiKeyOptions): ApiKeys {
  const configured = new Map(
    keys.map(({ key, scopes }) => [sha256Text(key), { id: idOf(key), scopes: new Set(scopes) }]),
  )
  const recent = createCache<StoredKey>(world.monotonic, apiKeyRules.recent)
  const lookUps = createSingleFlight<StoredKey | undefined>()

  async function lookUp(hash: string): Promise<StoredKey | undefined> {
    const hashed = Buffer.from(hash, 'base64')
    const askedMs = world.monotonic.now()
    const row = await store.findApiKey(hashed, world.clock.now())
    if (!row) return undefined
    const { usedAtMs = -Infinity, ...rest } = row
    const key = { ...rest, hash: hashed, scopes: new Set(row.scopes), usedAtMs }
    recent.set(hash, key, askedMs)
    return key
  }

  function use(key: StoredKey | undefined): KnownKey | undefined {
    const nowMs = world.clock.now()
    if (!key || (key.expiresAtMs ?? Infinity) <= nowMs) return undefined
    if (nowMs >= key.usedAtMs + apiKeyRules.touchEveryMs) {
      key.usedAtMs = nowMs
      // The request does not wait for it, and its own work shows whether the database is away.
      store.touchApiKey({ id: key.id, atMs: nowMs }).catch((err: unknown) => {
        world.log.warn({ err, keyId: key.id }, 'the last use of an API key was not written')
      })
    }
    return key
  }

  function findHash(hash: string, mayBeStored = true) {
    const known = configured.get(hash)
    if (known) return known
    if (!mayBeStored) return undefined
    const cached = recent.get(hash)
    return cached ? use(cached) : lookUps.run(hash, () => lookUp(hash)).then(use)
  }

  const findHashed = (hashed: Buffer) => findHash(hashed.toString('base64'))

  return {
    find: (secret) => findHash(sha256Text(secret), isStoredKey(secret)),
    findHashed,
    async isGood(key) {
      const { hash } = key as Partial<StoredKey>
      return hash === undefined || (await findHashed(hash)) !== undefined
    },
    configured: [...configured.values()],
    forget: (id) => recent.drop((key) => key.id === id),
  }
}

interface StoredKey extends KnownKey {
  hash: Buffer
  /** When a use was last written. */
  usedAtMs: number
}

/** Others are refused without a look at the database. */
const isStoredKey = (secret: string) =>
  secret.startsWith(apiKeyRules.prefix) && secret.length === apiKeyRules.length

/** Stays the same over restarts. 32 bits tell keys apart and are too few to check a guess by. */
const idOf = (key: string) => `env_${sha256(`wx-reach id of key ${key}`).toString('hex', 0, 4)}`
