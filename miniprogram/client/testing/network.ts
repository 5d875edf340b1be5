/** The network of a phone, and what replies at the other end. */
import type { RequestOptions } from '../platform'

export interface PhoneRequest {
  method: string
  /** With the port, where the address names one. */
  host: string
  /** With the query, which holds the data of a GET. */
  path: string
  /** Names in lower case. */
  header: Record<string, string>
  /** Of `Authorization: Bearer`. */
  token?: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know its shape
  body: any
}

export interface PhoneReply {
  status: number
  body?: unknown
  header?: Record<string, string>
}

/** `hang`: a reply never comes. `fail`: the request fails without a reply. */
export type NetworkReply = PhoneReply | 'hang' | 'fail'

export type ReplyTo = (request: PhoneRequest) => NetworkReply | Promise<NetworkReply>

export interface FakeNetwork {
  online: boolean
  /** Every request that left the phone, in order. */
  readonly requests: PhoneRequest[]
  /** Requests without a reply yet, and the most at one time. */
  inFlight: number
  mostInFlight: number
  aborted: number
  /** Replies of hosts other than the wx-reach server, by host. */
  readonly hosts: Record<string, ReplyTo>
  /** Replies to all requests to other hosts: the wx-reach server, at whichever address. */
  reply: ReplyTo
  /** The bodies of the requests to a path, of all hosts. */
  bodies(path: string): PhoneRequest['body'][]
}

export function createFakeNetwork(
  reply: ReplyTo,
  hosts: Record<string, ReplyTo> = {},
): FakeNetwork {
  for (const host of Object.keys(hosts)) {
    if (!host.includes('/')) continue
    const [, name = host] = /^\w+:\/\/([^/]+)/.exec(host) || []
    throw new Error(`hosts: '${host}' is an address. Name its host alone: '${name}'.`)
  }
  const network: FakeNetwork = {
    online: true,
    requests: [],
    inFlight: 0,
    mostInFlight: 0,
    aborted: 0,
    hosts,
    reply,
    bodies: (path) => network.requests.filter((one) => one.path === path).map((one) => one.body),
  }
  return network
}

/** The reply of the request's host. */
export const replyOf = ({ hosts, reply }: FakeNetwork, request: PhoneRequest) =>
  (hosts[request.host] || reply)(request)

/** What `wx.request` puts on the wire; without a host where the address has none. */
export function requestOf(options: Partial<RequestOptions> & { url: string }): PhoneRequest {
  const [, host = '', rest = ''] = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(options.url) || []
  const method = (options.method || 'GET').toUpperCase()
  const header: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.header || {})) {
    header[name.toLowerCase()] = `${value}`
  }
  const data = copyOf(options.data)
  const inQuery = method === 'GET' && data && typeof data === 'object'
  const path = rest.startsWith('/') ? rest : `/${rest}`
  const request = {
    method,
    host: host.toLowerCase(),
    path: inQuery ? withQuery(path, data as object) : path,
    header,
    body: inQuery ? undefined : data,
  }
  const [, token] = /^Bearer (.+)/.exec(header.authorization || '') || []
  return token ? Object.assign(request, { token }) : request
}

function withQuery(path: string, data: object): string {
  const query = Object.entries(data)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(`${value}`)}`)
    .join('&')
  return query ? `${path}${path.includes('?') ? '&' : '?'}${query}` : path
}

/** As JSON carries it: neither side sees what the other changes later. */
export const copyOf = (value: unknown): unknown =>
  value &&
  typeof value === 'object' &&
  !`${Object.prototype.toString.call(value)}`.endsWith('Buffer]')
    ? JSON.parse(JSON.stringify(value))
    : value
