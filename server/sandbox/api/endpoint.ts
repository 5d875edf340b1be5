/** What an API path is: how it is called, how its fields are read, and how its reply is worded. */
import type { Edition } from '../../rules/credits.ts'
import type { Random } from '../../runtime/world.ts'
import { errmsgs, faultErrmsgs, type Errcode } from '../rules/errmsgs.ts'
import { timedId } from '../rules/time.ts'
import type { Account } from '../state/account.ts'
import type { LimitedCount } from '../state/counts.ts'
import type { State } from '../state/state.ts'

/** An API path, called with appid and secret, or with an access_token. */
export type Endpoint =
  | (EndpointBase & {
      needs: 'secret'
      /** `query`: fields in the query of a POST as well as in its body, which may be empty. */
      takes?: 'query'
      handle(fields: Fields, state: State): Reply
    })
  | (TokenEndpoint & {
      /** `form`: form-urlencoded as well as JSON. */
      takes?: 'form'
      handle(fields: Fields, account: Account): Reply
    })
  | (TokenEndpoint & {
      takes: 'upload'
      handle(query: Fields, account: Account, upload: Upload): Reply
    })

interface EndpointBase {
  path: string
  /** GET reads the query; POST reads a JSON object from the body. */
  method: 'GET' | 'POST'
  /** The errcode for a body that is no JSON object. Default: 47001. */
  malformed?: Errcode
  /** The count of its day, which quota/get tells and clear_quota clears. Default: none. */
  daily?(account: Account): LimitedCount
  /** How many calls it accepts within a time, for quota/get to tell. Default: any. */
  rate?(account: Account): { calls: number; seconds: number }
  /** The Content-Type of its JSON. Default: `application/json; charset=utf-8`. */
  writes?: string
}

export interface TokenEndpoint extends EndpointBase {
  needs: 'token'
  /** Default: all. One of a later edition is 40066. */
  editions?: readonly Edition[]
  /** The errcode once it was retired. Default: 45103. */
  retired?: Errcode
  /** A punished account is refused with 48001. */
  shutByPenalty?: true
  /** Counts the call, whatever its body is. `undefined`: it is not one too many. */
  admit?(account: Account): Refusal | undefined
}

export interface ApiRequest {
  method: string
  query: Readonly<Record<string, string>>
  /** Parsed when it is JSON, else the text; `undefined`: none. */
  body: unknown
  /** Read only for an endpoint that takes one. */
  upload?: Upload
}

/** A multipart body. */
export interface Upload {
  fields: Readonly<Record<string, string>>
  /** Of the field `media`, with the name that the caller gave it. */
  file?: { name: string; bytes: Buffer }
}

/**
 * A refusal changes nothing but counts of calls: handlers make every check before the first change.
 */
export function callEndpoint(endpoint: Endpoint, request: ApiRequest, state: State): Reply {
  if (request.method !== endpoint.method) return refuse(endpoint.method === 'GET' ? 43001 : 43002)
  if (endpoint.needs === 'secret') {
    const read = readFields(endpoint, request)
    return 'fields' in read ? endpoint.handle(read.fields, state) : read
  }
  const account = checkToken(request, state)
  if (isRefusal(account)) return account
  const absent = checkEdition(account.edition, endpoint)
  if (absent) return absent
  if (endpoint.shutByPenalty && account.penalties.isBlocked()) return refuse(48001)
  const tooMany = endpoint.admit?.(account)
  if (tooMany) return tooMany
  if (endpoint.takes === 'upload') {
    return endpoint.handle(request.query, account, request.upload ?? { fields: {} })
  }
  const read = readFields(endpoint, request)
  return 'fields' in read ? endpoint.handle(read.fields, account) : read
}

function checkToken(request: ApiRequest, state: State): Account | Refusal {
  const token = request.query['access_token']
  if (!token) return state.findCloudRun() ?? refuse(41001)
  const found = state.findToken(token)
  if (!found || found.status === 'replaced') return refuse(40001)
  return found.status === 'expired' ? refuse(42001) : found.account
}

function checkEdition(
  edition: Edition,
  { editions, retired = 45103 }: TokenEndpoint,
): Refusal | undefined {
  if (!editions || editions.includes(edition)) return undefined
  if (editions.every((each) => each < edition)) return refuse(retired)
  return refuse(40066, `: it came with the edition ${editions.join(', ')}`)
}

/** The result is wrapped because a caller's fields may include an `errcode` of their own. */
function readFields(
  { method, takes, malformed = 47001 }: Pick<Endpoint, 'method' | 'takes' | 'malformed'>,
  { query, body }: ApiRequest,
): { fields: Fields } | Refusal {
  if (method === 'GET') return { fields: query }
  if (takes === 'query') return { fields: { ...query, ...(isFields(body) ? body : {}) } }
  if (body === undefined) return refuse(44002)
  if (takes === 'form' && typeof body === 'string') return { fields: parseForm(body) }
  return isFields(body) ? { fields: body } : refuse(malformed)
}

/** A name that is repeated, or ends as `kidList[]` or `kidList[0]`, becomes a list. */
function parseForm(body: string): Fields {
  const fields = new Map<string, string | string[]>()
  for (const [sent, value] of new URLSearchParams(body)) {
    const name = sent.replace(/\[\d*\]$/, '')
    const before = fields.get(name)
    const list = before !== undefined || name !== sent
    fields.set(name, list ? [...[before ?? []].flat(), value] : value)
  }
  return Object.fromEntries(fields)
}

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The members of an object that a caller may leave out. An empty list is an empty object: PHP and
 * wechatpy write one so. `undefined`: it is no object.
 */
export function members(value: unknown): Fields | undefined {
  if (value === undefined || value === null) return {}
  if (Array.isArray(value) && value.length === 0) return {}
  return isFields(value) ? value : undefined
}

/**
 * Accepts a number for text, as the platform does. `undefined` for what is absent, `null`, empty or
 * neither text nor number.
 */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Accepts text for a number, as the platform does. `undefined` for no whole number from 0. */
export function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
    ? number
    : undefined
}

/** What an endpoint returns: an object to write as JSON, or a file. */
export type Reply = object

/** A reply that is not JSON. */
export interface FileReply {
  contentType: string
  bytes: Buffer
  fileName?: string
}

export function isFile(reply: Reply): reply is FileReply {
  return 'bytes' in reply && Buffer.isBuffer(reply.bytes)
}

export function ok<Extra extends object>(fields?: Extra) {
  return { errcode: 0, errmsg: errmsgs[0], ...fields }
}

export interface Refusal {
  errcode: number
  errmsg: string
}

/**
 * `detail` follows the platform's errmsg. A code without one, which only a fault returns, is
 * `error`.
 */
export function refuse(errcode: Errcode | (number & {}), detail = ''): Refusal {
  const known: Readonly<Record<number, string>> = { ...faultErrmsgs, ...errmsgs }
  return { errcode, errmsg: `${known[errcode] ?? 'error'}${detail}` }
}

export function isRefusal(reply: Reply): reply is Refusal {
  return 'errcode' in reply && reply.errcode !== 0
}

/** Since about 2020 every refusal of the platform ends with a request id. */
export function withRequestId(reply: Refusal, nowMs: number, random: Random): Refusal {
  return { ...reply, errmsg: `${reply.errmsg} rid: ${timedId(nowMs, random)}` }
}
