/** Sign-in at the web console: an API key becomes a session in a cookie, and ends it. */
import type { ConsoleSessionReply } from '../../../shared/wire/index.ts'
import { consoleRules } from '../../rules/console.ts'
import { hour } from '../../rules/time.ts'
import { iso } from '../../runtime/world.ts'
import { operatorApp } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, browserRoute, holderRoute, queryOf } from '../route.ts'
import type { Browser, HttpReply } from '../route.ts'
import * as schemas from '../schemas/console.ts'
import type { ConsoleServices, KnownKey, Services } from '../services.ts'

const lasts = `${consoleRules.sessionLastsMs / hour} hours`
const noStore = { 'Cache-Control': 'no-store' }

export const getConsoleSession = browserRoute(
  'GET /v1/console/session',
  {
    summary: 'Who is signed in at the web console, and what they may do',
    replies: {
      200: {
        description: 'Signed in. The demo signs in by itself, at its own machine alone.',
        schema: schemas.consoleSessionReply,
      },
      401: { description: 'Nobody: sign in.' },
    },
  },
  async ({ browser }, services) => {
    if (browser.session) {
      const { key, endsAtMs } = browser.session
      return { status: 200, headers: noStore, body: replyOf(key, endsAtMs, services) }
    }
    const { demo } = services.console!
    const key = demo && browser.local ? await services.apiKeys.find(demo.apiKey) : undefined
    if (demo && key) return { ...begun(demo.apiKey, key, browser, services), status: 200 }
    const detail = browser.ended
      ? 'The session has ended, or its API key was revoked: sign in again.'
      : 'Nobody is signed in: sign in with an API key.'
    throw new ProblemError(401, 'unauthorized', detail)
  },
)

export const postConsoleSession = browserRoute(
  'POST /v1/console/session',
  {
    summary: 'Sign in at the web console with an API key',
    countsAsSignIn: true,
    audit: 'each',
    body: bodyOf(schemas.consoleSessionRequest),
    replies: {
      201: {
        description: `Signed in for ${lasts}, by a cookie that no script can read.`,
        schema: schemas.consoleSessionReply,
      },
    },
  },
  async ({ body, browser, trace }, services) => {
    const key = await services.apiKeys.find(body.apiKey)
    if (!key) {
      const detail = 'The API key is unknown, revoked or expired: check it, or make another.'
      throw new ProblemError(401, 'unauthorized', detail)
    }
    trace.keyId = key.id
    if (key.appId !== undefined) trace.appId = key.appId
    return begun(body.apiKey, key, browser, services)
  },
)

export const deleteConsoleSession = browserRoute(
  'DELETE /v1/console/session',
  {
    summary: 'Sign out of the web console',
    audit: 'each',
    replies: { 204: { description: 'The cookie is gone from this browser.' } },
  },
  async ({ browser, trace }, { console }) => {
    const { session } = browser
    if (session) trace.keyId = session.key.id
    const headers = { ...noStore, 'Set-Cookie': cookieOf('', 0, browser, console!) }
    return { status: 204, headers, ...(!session && { concerns: 'nothing' }) }
  },
)

export const postConsoleRevealed = holderRoute(
  'POST /v1/console/revealed',
  'read',
  {
    summary: 'Tell the audit that the openId of a user was unmasked or copied at the web console',
    audit: 'each',
    query: queryOf(schemas.consoleRevealedQuery),
    body: bodyOf(schemas.consoleRevealedRequest),
    replies: { 204: { description: 'The audit has it.' } },
  },
  async ({ body, query, key, trace }, services) => {
    const { appId } = operatorApp(query.appId, key, services)
    trace.appId = appId
    return { status: 204, concerns: { openId: body.openId } }
  },
)

function begun(apiKey: string, key: KnownKey, browser: Browser, services: Services): HttpReply {
  const console = services.console!
  const { value, lastsMs, endsAtMs } = console.sessions.begin(apiKey, key.expiresAtMs)
  return {
    status: 201,
    headers: { ...noStore, 'Set-Cookie': cookieOf(value, lastsMs, browser, console) },
    body: replyOf(key, endsAtMs, services),
  }
}

/** Of the routes alone: pages and files are the same for everyone. */
const cookieOf = (
  value: string,
  lastsMs: number,
  { secure }: Browser,
  { prefix }: ConsoleServices,
): string =>
  [
    `${consoleRules.cookie}=${value}`,
    `Path=${prefix}/v1`,
    `Max-Age=${Math.floor(lastsMs / 1_000)}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(secure ? ['Secure'] : []),
  ].join('; ')

function replyOf(
  { id, appId, scopes }: KnownKey,
  endsAtMs: number,
  { apps, console }: Services,
): ConsoleSessionReply {
  const { demo, zoneMinutes } = console!
  const own = apps.all.filter((app) => appId === undefined || app.appId === appId)
  return {
    apps: own.map((app) => ({
      appId: app.appId,
      edition: app.edition,
      zoneMinutes: zoneMinutes(),
    })),
    keyId: id,
    ...(appId !== undefined && { appId }),
    scopes: [...scopes],
    expiresAt: iso(endsAtMs),
    ...(demo && { demo: { sandbox: demo.sandbox } }),
  }
}
