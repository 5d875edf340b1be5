/**
 * A route as data: what it accepts, who may call it and what it does. `createRouter` mounts it, and
 * the OpenAPI document is made from it.
 */
import type { Static, TSchema } from 'typebox'
import type { Scope } from '../../shared/codes.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { VerifiedSession } from '../sessions/sessions.ts'
import { decoder, noQuery, type Decode } from './schemas/schema.ts'
import type { KnownKey, Services } from './services.ts'
import type { Trace } from './trace.ts'

export interface Route extends RouteDocs {
  method: 'get' | 'post' | 'delete'
  path: string
  caller: keyof Callers
  scope?: Scope
  body?: BodySpec<unknown>
  query?: QuerySpec<unknown>
  errorReply?: ErrorReply
  audit?: Auditing
  /** Whether it counts against the sign-ins of the client's address. */
  countsAsSignIn?: true
  act(request: RouteRequest & Caller, services: Services): Promise<HttpReply>
}

/** As openapi.json and the audit name it: `GET /v1/groups/:openGId`. */
export const nameOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${path}`

/** Whether only the pages of the web console call it. */
export const isOfConsole = ({ path }: Pick<Route, 'path'>): boolean =>
  path.startsWith('/v1/console/')

/** Who may call, and what the route gets about the caller. */
export interface Callers {
  anyone: object
  /** Anyone. The route tells more to the holder of a key, and one that is sent must be valid. */
  monitor: { key?: KnownKey }
  phone: { session: VerifiedSession; app: ReachApp }
  operator: { app: ReachApp; key: KnownKey }
  /**
   * An operator whose request concerns all apps, with a key that is bound to none. `?appId=` has no
   * effect.
   */
  server: { key: KnownKey }
  /** The holder of a key, bound to an app or not: the route limits what it does to `key.appId`. */
  holder: { key: KnownKey }
  /** A page of the web console, signed in or not. */
  browser: { browser: Browser }
}

/** What routes of the web console know of the browser. */
export interface Browser {
  /** The session of its cookie, if its key is still one of this server. */
  session?: { key: KnownKey; endsAtMs: number }
  /** Whether a cookie was sent that is no session any more. */
  ended: boolean
  /** Whether it reached the server by https, also where a proxy ends that. */
  secure: boolean
  /** Whether it runs on this machine and asks for it by a name of this machine. */
  local: boolean
}

/** What `identify` found about the caller. */
export type Caller = Partial<Callers['phone'] & Callers['operator'] & Callers['browser']>

/** A request, decoded. */
export interface RouteRequest<Body = unknown, Query = unknown> {
  body: Body
  query: Query
  params: Record<string, string>
  header(name: string): string | undefined
  /** Whether the caller asks not to wait for the result (`Prefer: respond-async`, RFC 7240). */
  prefersAsync(): boolean
  trace: Trace
}

export interface HttpReply {
  status: number
  /**
   * An object is sent as JSON; bytes and text need a `Content-Type` in `headers`. Absent: no body.
   */
  body?: object | string
  headers?: Record<string, string>
  /** For the audit. `nothing`: the call changed nothing and revealed nothing. */
  concerns?: Concern | 'nothing'
}

interface Concern {
  openId?: string
  /** The id of a template, a code, an image, a key, … */
  object?: string
}

/**
 * How the audit has the calls of a route that were done. `each`: an entry each, with what it
 * concerns. `byMinute`: for calls that come often, see `Audit.count`.
 */
type Auditing = 'each' | 'byMinute'

interface RouteDocs {
  summary: string
  /** By status. */
  replies: Record<number, { description: string; schema?: TSchema; contentTypes?: string[] }>
  headers?: Record<string, { description: string; required: boolean }>
}

/** Replaces the problem reply, for a caller that does not read problems. */
type ErrorReply = (error: unknown, services: Services) => HttpReply

export interface BodySpec<Body> {
  schemas: TSchema[]
  decode: Decode<Body>
  /** Present: the body is read as bytes, whatever its Content-Type, not as JSON. */
  bytes?: BytesSpec
}

interface BytesSpec {
  maxBytes: number
  /** For the documentation only. */
  contentTypes: string[]
}

interface QuerySpec<Query> {
  schema: TSchema
  decode: Decode<Query>
}

interface RouteSpec<Body, Query> extends RouteDocs {
  body?: BodySpec<Body>
  query?: QuerySpec<Query>
  errorReply?: ErrorReply
  /** Absent: only calls whose key is refused are audited. */
  audit?: Auditing
  countsAsSignIn?: true
}

type MethodAndPath = `${'GET' | 'POST' | 'DELETE'} /${string}`
type Act<Body, Query, By> = (
  request: RouteRequest<Body, Query> & By,
  services: Services,
) => Promise<HttpReply>

/** A route without a credential. */
export const openRoute = <Body, Query>(
  at: MethodAndPath,
  spec: RouteSpec<Body, Query>,
  act: Act<Body, Query, Callers['anyone']>,
) => route(at, 'anyone', undefined, spec, act)

/** A route for a signed-in phone (`Authorization: Bearer <session token>`). */
export const phoneRoute = <Body, Query>(
  at: MethodAndPath,
  spec: RouteSpec<Body, Query>,
  act: Act<Body, Query, Callers['phone']>,
) => route(at, 'phone', undefined, spec, act)

/** A route for the pages of the web console, by the cookie of their session or without one. */
export const browserRoute = <Body, Query>(
  at: MethodAndPath,
  spec: RouteSpec<Body, Query>,
  act: Act<Body, Query, Callers['browser']>,
) => route(at, 'browser', undefined, spec, act)

/**
 * A route for operators (`Authorization: Bearer <API key>` with `scope`), for the app of `?appId=`.
 * It refuses query fields that `spec.query` does not name.
 */
export const operatorRoute = keyRoute('operator')

/** As `operatorRoute`, for the whole server instead of one app. */
export const serverRoute = keyRoute('server')

/** As `serverRoute`, for keys that are bound to an app as well: see `Callers.holder`. */
export const holderRoute = keyRoute('holder')

/** As `openRoute`, with more for the holder of a key with `scope`. */
export const monitorRoute = keyRoute('monitor')

function keyRoute<By extends 'operator' | 'server' | 'holder' | 'monitor'>(caller: By) {
  return <Body, Query>(
    at: MethodAndPath,
    scope: Scope,
    spec: RouteSpec<Body, Query>,
    act: Act<Body, Query, Callers[By]>,
  ): Route => route(at, caller, scope, spec, act)
}

function route<Body, Query>(
  at: MethodAndPath,
  caller: keyof Callers,
  scope: Scope | undefined,
  spec: RouteSpec<Body, Query>,
  act: Act<Body, Query, never>,
): Route {
  const [method, path] = at.split(' ') as [string, string]
  return {
    ...(refusesUnknown.has(caller) && { query: queryOf(noQuery) }),
    ...spec,
    method: method.toLowerCase() as Route['method'],
    path,
    caller,
    ...(scope && { scope }),
    // The decoders give `act` its body and query, and `identify` gives it the caller.
    act: act as Route['act'],
  }
}

/** Operators learn of a misspelt field. */
const refusesUnknown: ReadonlySet<keyof Callers> = new Set([
  'operator',
  'server',
  'holder',
  'browser',
])

/** A JSON body of one schema. */
export const bodyOf = <S extends TSchema>(schema: S): BodySpec<Static<S>> => ({
  schemas: [schema],
  decode: decoder(schema),
})

/** A body that is not JSON, such as an image. */
export const bytesOf = (bytes: BytesSpec): BodySpec<Buffer> => ({
  schemas: [],
  decode: (value) => ({ ok: true, value: value as Buffer }),
  bytes,
})

export const queryOf = <S extends TSchema>(schema: S): QuerySpec<Static<S>> => ({
  schema,
  decode: decoder(schema),
})
