/** What one API path is: how it is called, and what it does. */
import type { Edition } from '../../rules/credits.ts'
import type { Random } from '../../runtime/world.ts'
import { errmsgs, playedErrmsgs, type Errcode } from '../rules/errmsgs.ts'
import type { Account } from '../state/account.ts'
import type { State } from '../state/state.ts'

/** The file of an upload; the name as it was sent. */
export interface Upload {
  name: string
  bytes: Buffer
}

export interface ApiRequest {
  method: string
  query: Readonly<Record<string, string>>
  /** As it was parsed; `undefined`: none. */
  body: unknown
  /** Read only where the endpoint takes one; absent: there was none in the field `media`. */
  upload?: Upload
}

interface EndpointBase {
  path: string
  /** GET reads the query; POST reads a JSON object from the body. */
  method: 'GET' | 'POST'
  /** Answered to a body that is no JSON object. Default: 47001. */
  malformed?: Errcode
}

interface TokenEndpoint extends EndpointBase {
  needs: 'token'
  /** Absent: all. One that is gone is 45103; one that is still to come is 40066. */
  editions?: readonly Edition[]
}

/** Called with appid and secret, or with an access_token. */
export type Endpoint =
  | (EndpointBase & { needs: 'secret'; takes?: never; answer(fields: Fields, state: State): Reply })
  | (TokenEndpoint & {
      /** `form`: form-urlencoded, and JSON as well. */
      takes?: 'form'
      answer(fields: Fields, account: Account): Reply
    })
  | (TokenEndpoint & {
      takes: 'upload'
      answer(query: Fields, account: Account, upload: Upload | undefined): Reply
    })

/** A refusal never changes anything: every check stands before the first act. */
export function answer(endpoint: Endpoint, request: ApiRequest, state: State): Reply {
  if (request.method !== endpoint.method) return refuse(endpoint.method === 'GET' ? 43001 : 43002)
  if (endpoint.needs === 'secret') {
    const read = fieldsOf(endpoint, request)
    return 'fields' in read ? endpoint.answer(read.fields, state) : read
  }
  const account = checkToken(request, state)
  if (isRefusal(account)) return account
  const absent = absentIn(account.edition, endpoint)
  if (absent) return absent
  if (endpoint.takes === 'upload') return endpoint.answer(request.query, account, request.upload)
  const read = fieldsOf(endpoint, request)
  return 'fields' in read ? endpoint.answer(read.fields, account) : read
}

function checkToken(request: ApiRequest, state: State): Account | Refusal {
  const token = request.query['access_token']
  if (!token) return refuse(41001)
  const found = state.findToken(token)
  if (!found || found.standing === 'replaced') return refuse(40001)
  return found.standing === 'expired' ? refuse(42001) : found.account
}

function absentIn(edition: Edition, { editions }: TokenEndpoint): Refusal | undefined {
  if (!editions || editions.includes(edition)) return undefined
  if (editions.every((each) => each < edition)) return refuse(45103)
  const { errcode, errmsg } = refuse(40066)
  return { errcode, errmsg: `${errmsg}: it came with the edition ${editions.join(', ')}` }
}

/** Wrapped: what a caller sent may carry an `errcode` of its own. */
function fieldsOf(
  { method, takes, malformed = 47001 }: Pick<Endpoint, 'method' | 'takes' | 'malformed'>,
  { query, body }: ApiRequest,
): { fields: Fields } | Refusal {
  if (method === 'GET') return { fields: query }
  if (body === undefined) return refuse(44002)
  if (takes === 'form' && typeof body === 'string') return { fields: parseForm(body) }
  return isFields(body) ? { fields: body } : refuse(malformed)
}

/** Reads fields as tolerantly as the platform: a number where the page says text, text where it says number. */
export type Fields = Readonly<Record<string, unknown>>

/** `undefined` for what is absent, `null`, empty or neither text nor number. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `undefined` for what is not a whole number from 0. */
export function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
    ? number
    : undefined
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A form-urlencoded body. A name that comes again, or ends as `kidList[]` or `kidList[0]`, is a list. */
export function parseForm(body: string): Fields {
  const fields = new Map<string, string | string[]>()
  for (const [sent, value] of new URLSearchParams(body)) {
    const name = sent.replace(/\[\d*\]$/, '')
    const before = fields.get(name)
    const list = before !== undefined || name !== sent
    fields.set(name, list ? [...[before ?? []].flat(), value] : value)
  }
  return Object.fromEntries(fields)
}

/** Replies as the platform words them. */

export interface Refusal {
  errcode: number
  errmsg: string
}

export type Reply = object

/** A reply that is no JSON. */
export interface FileReply {
  contentType: string
  bytes: Buffer
  fileName?: string
}

export function isFile(reply: object): reply is FileReply {
  return 'bytes' in reply && Buffer.isBuffer(reply.bytes)
}

export function ok<Extra extends object>(fields?: Extra) {
  return { errcode: 0, errmsg: errmsgs[0], ...fields }
}

/** A code that is not in the table (a fault may play any) has no words of its own. */
export function refuse(errcode: Errcode | (number & {})): Refusal {
  const words: Readonly<Record<number, string>> = { ...playedErrmsgs, ...errmsgs }
  return { errcode, errmsg: words[errcode] ?? 'error' }
}

export function isRefusal(reply: object): reply is Refusal {
  return 'errcode' in reply && reply.errcode !== 0
}

/** Since about 2020 the platform ends every refusal with the id of the request: time, and two random words. */
export function withRequestId(reply: Refusal, nowMs: number, random: Random): Refusal {
  const seconds = Math.floor(nowMs / 1_000).toString(16)
  const [first, second] = [random(4).toString('hex'), random(4).toString('hex')]
  return { ...reply, errmsg: `${reply.errmsg} rid: ${seconds}-${first}-${second}` }
}
