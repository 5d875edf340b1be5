/** What one API path is: how it is called, and what it does. */
import type { Edition } from '../../rules/credits.ts'
import type { Errcode } from '../rules/errmsgs.ts'
import type { Account } from '../state/account.ts'
import type { State } from '../state/state.ts'
import { isFields, type Fields } from './fields.ts'
import { parseForm } from './parse-form.ts'
import { isRefusal, refuse, type Refusal, type Reply } from './reply.ts'

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
