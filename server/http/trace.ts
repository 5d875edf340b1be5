/** What names a request and its client: in the reply, in logs, in the audit and to limits. */
import { isIP, isIPv4, isIPv6 } from 'node:net'
import type { Context } from 'koa'
import { requestIdRules } from '../rules/requests.ts'
import type { Log, Random } from '../runtime/world.ts'

export interface Trace {
  /** Its `X-Request-Id`, or one of ours. A client chooses it freely, so that it proves nothing. */
  readonly requestId: string
  /** The network of the client's address; `undefined` where that is no IP address. */
  readonly network: string | undefined
  /** Set once the request has shown an API key of this server, whatever that key permits. */
  keyId?: string
  /** The app that the key or the request names. */
  appId?: string
  /** Of a session of the console. */
  sessionEndsAtMs?: number
}

/**
 * New ids for requests. Takes random bytes for many at a time: a call for each would cost more than
 * all else here.
 */
export function createRequestIds(random: Random): () => string {
  const { bytes, atOnce } = requestIdRules
  let pool: Buffer = Buffer.alloc(0)
  return () => {
    if (pool.length === 0) pool = random(bytes * atOnce)
    const id = pool.toString('base64url', 0, bytes)
    pool = pool.subarray(bytes)
    return id
  }
}

/** Begins the trace of a request, and names it in the reply. */
export function beginTrace(ctx: Context, newId: () => string): Trace {
  const requestId = givenId(ctx) ?? newId()
  ctx.set(header, requestId)
  return { requestId, network: networkOf(ctx.ip) }
}

const header = 'X-Request-Id'

/** The app that the router is mounted in may have named the request already. */
const givenId = (ctx: Context): string | undefined =>
  [ctx.response.get(header), ctx.get(header)].find(isWellFormed)

const isWellFormed = (id: unknown): id is string =>
  typeof id === 'string' && requestIdRules.pattern.test(id)

/** One line for each request. The path is not logged: it may hold an openId. */
export function logRequest(
  log: Log,
  ctx: Context,
  { requestId, network, keyId }: Trace,
  more: { route?: string; ms?: number } = {},
): void {
  log.info(
    { requestId, method: ctx.method, status: ctx.status, ...more, keyId, network },
    'request',
  )
}

/**
 * Keeps `ctx.ip` an IP address, also where a proxy adds the port to it or a client has written what
 * it likes. Warns once of a proxy that the settings do not name.
 */
export function createAddressCheck(log: Log, trustedProxies: number): (ctx: Context) => void {
  let warned = false
  return (ctx) => {
    if (trustedProxies > 0) {
      const address = ctx.request.ip.replace(/^([\d.]+):\d+$|^\[(.+)\](?::\d+)?$/, '$1$2')
      ctx.request.ip = isIP(address) === 0 ? (ctx.socket.remoteAddress ?? '') : address
    } else if (!warned && ctx.get('X-Forwarded-For') !== '') {
      warned = true
      log.warn({}, proxyWarning)
    }
  }
}

const proxyWarning =
  'A request has X-Forwarded-For, and TRUST_PROXY is not set. If a proxy is in front of this ' +
  'server, set TRUST_PROXY: until then all its clients share the limits of one address.'

/**
 * The /24 of an IPv4 address, the /48 of an IPv6 one: enough to see where requests come from, and
 * no personal data.
 */
export function networkOf(address: string): string | undefined {
  const ipv4 = ipv4Of(address)
  if (ipv4 !== undefined) return `${ipv4.slice(0, ipv4.lastIndexOf('.'))}.0/24`
  return isIPv6(address) ? `${firstGroups(address, 3)}::/48` : undefined
}

/**
 * Whom a limit counts as one client: an IPv4 address, or the /64 of an IPv6 one, since one host may
 * use every address of its /64.
 */
export const clientOf = (address: string): string =>
  ipv4Of(address) ?? (isIPv6(address) ? `${firstGroups(address, 4)}::/64` : address)

function ipv4Of(address: string): string | undefined {
  // So a socket that takes both shows an IPv4 address.
  const ipv4 = address.replace(/^::ffff:/i, '')
  return isIPv4(ipv4) ? ipv4 : undefined
}

function firstGroups(address: string, count: number): string {
  const [head = '', tail] = address.split('::')
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].slice(0, count).join(':')
}

/** Without leading zeros. A zone (`%eth0`) or an IPv4 address at the end is beyond the /64. */
const groupsOf = (part: string): string[] =>
  part === ''
    ? []
    : part
        .split(':')
        .flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]))
        .map((group) => Number.parseInt(group, 16).toString(16))
