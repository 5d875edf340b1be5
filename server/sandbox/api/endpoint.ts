/** What one API path is: how it is called, and what it does. */
import type { Account } from '../state/account.ts'
import type { State } from '../state/state.ts'
import { isFields, type Fields } from './fields.ts'
import { isRefusal, refuse, type Refusal, type Reply } from './reply.ts'

export interface ApiRequest {
  method: string
  query: Readonly<Record<string, string>>
  /** As it was parsed; `undefined`: none. */
  body: unknown
}

interface EndpointBase {
  path: string
  /** GET reads the query; POST reads a JSON object from the body. */
  method: 'GET' | 'POST'
}

/** Called with appid and secret, or with an access_token. */
export type Endpoint =
  | (EndpointBase & { needs: 'secret'; answer(fields: Fields, state: State): Reply })
  | (EndpointBase & { needs: 'token'; answer(fields: Fields, account: Account): Reply })

/** A refusal never changes anything: every check stands before the first act. */
export function answer(endpoint: Endpoint, request: ApiRequest, state: State): Reply {
  if (request.method !== endpoint.method) return refuse(endpoint.method === 'GET' ? 43001 : 43002)
  if (endpoint.needs === 'secret') {
    const read = fieldsOf(endpoint, request)
    return 'fields' in read ? endpoint.answer(read.fields, state) : read
  }
  const account = checkToken(request, state)
  if (isRefusal(account)) return account
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

/** Wrapped: what a caller sent may carry an `errcode` of its own. */
function fieldsOf(endpoint: Endpoint, request: ApiRequest): { fields: Fields } | Refusal {
  if (endpoint.method === 'GET') return { fields: request.query }
  if (request.body === undefined) return refuse(44002)
  return isFields(request.body) ? { fields: request.body } : refuse(47001)
}
