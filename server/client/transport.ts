/** How an operation is performed: what is asked, what comes back, and the error of a failure. */
import type { Problem } from '../../shared/wire/index.ts'
import { errorOf, type ReachError } from './errors.ts'

/** A route as openapi.json names it, with `:name` for a part of its path. */
export type RouteName = `${'GET' | 'POST' | 'DELETE'} /${string}`

export interface CallOptions {
  /** Ends the wait, not what the server has begun. The promise rejects with its reason. */
  signal?: AbortSignal | undefined
}

export interface PreferOptions extends CallOptions {
  /** Reply at once, while the server goes on (`Prefer: respond-async`). Default: false. */
  respondAsync?: boolean | undefined
}

export interface SendOptions extends PreferOptions {
  /**
   * One of your own for each message, such as the id of an order: the server sends a message of a
   * known key no second time. Default: a new one, which all tries of this call have.
   */
  idempotencyKey?: string | undefined
}

export interface ApiRequest extends CallOptions {
  /** Parts of the path, by name. */
  params?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string>>
  /** JSON, or bytes. */
  body?: string | Uint8Array
  headers?: Readonly<Record<string, string>>
  /** Doing it twice does harm: it is repeated only where the server refused to begin. */
  once?: boolean
}

/** A request as the operations write it. */
export type Asked = Omit<ApiRequest, 'query' | 'body'> & {
  query?: object | undefined
  body?: object
}

/** Performs an operation, and resolves with the body of its reply. */
export type Call = <Reply = void>(route: RouteName, asked?: Asked) => Promise<Reply>

export interface ApiReply {
  status: number
  /** Of JSON the value, of an image its bytes; absent where there is none. */
  body?: unknown
  header(name: string): string | undefined
}

export interface Transport {
  /** @throws {ReachError} for every reply that is not a success */
  perform(route: RouteName, request: ApiRequest): Promise<ApiReply>
  newIdempotencyKey(): string
}

/** The error of a reply that is no success. */
export function errorOfReply({ status, body, header }: ApiReply, request: ApiRequest): ReachError {
  const retryAfter = Number(header('Retry-After') ?? Number.NaN)
  const failure = {
    status,
    retryAfterSeconds: Number.isNaN(retryAfter) ? undefined : retryAfter,
    idempotencyKey: idempotencyKeyOf(request),
  }
  if (header('Content-Type')?.startsWith('application/problem+json')) {
    return errorOf({ ...(body as Problem), ...failure })
  }
  if (gatewayErrors.includes(status)) {
    const detail = `A proxy before the server replied ${status}: try again.`
    return errorOf({ ...failure, code: 'no_reply', detail })
  }
  const detail = `This reply (${status}) is not of wx-reach: check baseUrl, and what is before it.`
  return errorOf({ ...failure, code: 'unexpected_reply', detail })
}

const gatewayErrors: readonly number[] = [502, 503, 504]

export const idempotencyKeyOf = ({ headers }: ApiRequest): string | undefined =>
  headers?.['Idempotency-Key']
