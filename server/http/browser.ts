/**
 * What a browser sends: the cookie of the web console, and what tells that the request comes from a
 * page of this origin.
 */
import type { Context } from 'koa'
import { isLoopback } from '../runtime/addresses.ts'
import type { OpenSession } from '../console/sessions.ts'
import { consoleRules } from '../rules/console.ts'
import { ProblemError } from './problems.ts'
import type { Browser } from './route.ts'
import type { Services } from './services.ts'

const readingMethods: readonly string[] = ['GET', 'HEAD']

/**
 * The session of the request's cookie. `undefined`: it has none, or one that does not open.
 *
 * @throws {ProblemError} 403 where another page may have sent the request
 */
export function sessionOf(ctx: Context, { console }: Services): OpenSession | undefined {
  const value = console && cookieOf(ctx)
  if (value === undefined) return undefined
  refuseOtherPages(ctx)
  return console?.sessions.open(value)
}

export const hasCookie = (ctx: Context, { console }: Services): boolean =>
  console !== undefined && cookieOf(ctx) !== undefined

const cookieOf = (ctx: Context) => ctx.cookies.get(consoleRules.cookie, { signed: false })

/**
 * The cookie is `SameSite=Strict`; so this concerns pages of the same site: another subdomain, or
 * another port of this machine. They can set no header of their own without CORS, which this server
 * never grants.
 */
export function refuseOtherPages(ctx: Context): void {
  const site = ctx.get('Sec-Fetch-Site')
  const reads = readingMethods.includes(ctx.method)
  if (site !== '' && site !== 'same-origin' && !(reads && site === 'none')) {
    const detail = 'The request comes from a page of another origin: the console takes none.'
    throw new ProblemError(403, 'forbidden', detail)
  }
  if (reads || ctx.get(consoleRules.header) !== '') return
  const detail =
    `A request with the cookie of the console needs the header ${consoleRules.header}: 1. ` +
    'Scripts send Authorization: Bearer <API key> instead.'
  throw new ProblemError(403, 'forbidden', detail)
}

export async function browserOf(ctx: Context, services: Services): Promise<Browser> {
  if (!readingMethods.includes(ctx.method)) refuseOtherPages(ctx)
  const open = sessionOf(ctx, services)
  const key = open && (await services.apiKeys.findHashed(open.keyHash))
  return {
    ...(open && key && { session: { key, endsAtMs: open.endsAtMs } }),
    ended: key === undefined && hasCookie(ctx, services),
    // Browsers tell their own view of the address with each POST.
    secure: ctx.secure || ctx.get('Origin').startsWith('https://'),
    local: isLocal(ctx),
  }
}

/**
 * A page of a foreign site whose name was made to point to this machine (DNS rebinding) has its own
 * name in `Host`. A proxy says so in one of its headers.
 */
function isLocal(ctx: Context): boolean {
  const { remoteAddress = '' } = ctx.socket
  const proxied = ['X-Forwarded-For', 'Forwarded', 'Via'].some((name) => ctx.get(name) !== '')
  const address = remoteAddress === '::1' ? '[::1]' : remoteAddress.replace(/^::ffff:/i, '')
  return !proxied && isLoopback(address) && hasLoopbackName(ctx)
}

const hasLoopbackName = (ctx: Context): boolean => {
  const host = /^(\[[\da-f:]+\]|[^:]*)(:\d+)?$/i.exec(ctx.get('Host'))?.[1] ?? ''
  return isLoopback(host.toLowerCase())
}
