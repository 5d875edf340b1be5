/** The operations over HTTP, by nothing but `fetch`: for Node.js, Deno, Bun and workers. */
import { createApi, type ReachApi } from './api.ts'
import { errorOf, FixRequestError } from './errors.ts'
import { createRetry, type RetryOptions } from './retries.ts'
import {
  errorOfReply,
  idempotencyKeyOf,
  type ApiReply,
  type ApiRequest,
  type RouteName,
} from './transport.ts'

export interface ReachClientOptions extends RetryOptions {
  /** Of the server, with the path that it is mounted at: `https://shop.example/reach`. */
  baseUrl: string
  /** Its scopes decide which operations it may call. */
  apiKey: string
  /** Default: the app of the key, or the only one of the server. */
  appId?: string | undefined
  /** How long one try waits for its whole reply. Default: 30 seconds. */
  timeoutMs?: number
  /** Default: the platform's. */
  fetch?: typeof fetch
  /** For a message that is sent without one. Default: a random UUID. */
  newIdempotencyKey?: () => string
}

/**
 * The operations of a server, over HTTP. A call that fails for the moment (no reply, 429, 503) is
 * tried again, as `RetryOptions` bound it. A message keeps its idempotency key meanwhile, so that
 * it is sent once. What must not be done twice, a sign-in by code or a new template, is tried again
 * after 429 alone. Errors are those of `errors.ts`: see `ReachError`.
 *
 * @example
 * const reach = createReachClient({ baseUrl: 'https://reach.example.com', apiKey })
 * const { state, reason } = await reach.messages.send(
 *   { channel: 'subscribe', openId, templateId, data: { thing1: { value: 'Coffee' } } },
 *   { idempotencyKey: `order-${order.id}` },
 * )
 *
 * @throws {TypeError} when `baseUrl` is not an address
 */
export function createReachClient({
  baseUrl,
  apiKey,
  appId,
  timeoutMs = 30_000,
  fetch = globalThis.fetch,
  newIdempotencyKey = () => crypto.randomUUID(),
  ...retryOptions
}: ReachClientOptions): ReachApi {
  const base = new URL(baseUrl).href.replace(/\/+$/, '')
  const retry = createRetry(retryOptions)

  async function attempt(route: RouteName, request: ApiRequest): Promise<ApiReply> {
    const url = urlOf(base, route, request)
    const init = initOf(route, request, apiKey)
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout
    try {
      return await read(await fetch(url, { ...init, signal }))
    } catch (cause) {
      request.signal?.throwIfAborted()
      const what = timeout.aborted ? `did not reply within ${timeoutMs} ms` : 'cannot be reached'
      const detail = `The server ${what}: try again.`
      const idempotencyKey = idempotencyKeyOf(request)
      throw errorOf({ code: 'no_reply', detail, idempotencyKey, cause })
    }
  }

  async function succeed(route: RouteName, request: ApiRequest): Promise<ApiReply> {
    const reply = await attempt(route, request)
    if (isSuccess(reply)) return reply
    throw errorOfReply(reply, request)
  }

  return createApi(
    {
      perform: (route, request) => retry(request, () => succeed(route, request)),
      newIdempotencyKey,
    },
    appId,
  )
}

function urlOf(base: string, route: RouteName, { params = {}, query }: ApiRequest): string {
  const path = route.slice(route.indexOf(' ') + 1)
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => segmentOf(name, params[name]))
  const search = new URLSearchParams(query).toString()
  return base + filled + (search && `?${search}`)
}

function segmentOf(name: string, value = ''): string {
  // An address drops `.` and `..`, also where they are encoded.
  if (!/^\.{0,2}$/.test(value)) return encodeURIComponent(value)
  throw new FixRequestError({ code: 'not_found', detail: `${name} is "${value}": pass an id.` })
}

function initOf(route: RouteName, { body, headers }: ApiRequest, apiKey: string): RequestInit {
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream'
  return {
    method: route.slice(0, route.indexOf(' ')),
    headers: headersOf({
      Authorization: `Bearer ${apiKey}`,
      ...(body && { 'Content-Type': type }),
      ...headers,
    }),
    // A redirect would lose the body, or the key.
    redirect: 'manual',
    ...(body && { body: body as string | Uint8Array<ArrayBuffer> }),
  }
}

function headersOf(values: Record<string, string>): Headers {
  try {
    return new Headers(values)
  } catch (cause) {
    const detail = 'An idempotency key or an API key holds characters that no header carries.'
    throw new FixRequestError({ code: 'invalid_header', detail, cause })
  }
}

async function read(response: Response): Promise<ApiReply> {
  const { status, headers } = response
  const header = (name: string) => headers.get(name) ?? undefined
  const isJson = /[/+]json\b/.test(header('Content-Type') ?? '')
  const body: unknown = isJson
    ? await response.json()
    : new Uint8Array(await response.arrayBuffer())
  return { status, header, ...(status !== 204 && { body }) }
}

/** A page of a proxy or of another server may come with 200. */
const isSuccess = ({ status, header }: ApiReply) =>
  status === 204 ||
  (status < 300 && /^(application\/json|image\/)/.test(header('Content-Type') ?? ''))
