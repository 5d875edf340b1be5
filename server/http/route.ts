/** A route as data: what it takes, who may call it, what it does. The OpenAPI document is made from the same. */
import type { Context } from 'koa'
import type { TSchema, Static } from 'typebox'
import type { Scope } from '../config/config.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { Session } from '../store/store.ts'
import { noQuery } from './schemas/schema.ts'
import { decoder } from './schemas/schema.ts'
import type { Decode } from './schemas/schema.ts'
import type { Services } from './services.ts'

export interface Answer {
  status: number
  /** Sent as JSON; bytes and text as they are, under the `Content-Type` of `headers`. Absent: no body. */
  body?: object | string
  headers?: Record<string, string>
}

export interface Call<Body = unknown, Query = unknown> {
  body: Body
  query: Query
  params: Record<string, string>
  header(name: string): string | undefined
  /** The address of the caller, or of the client that a trusted proxy names. */
  address(): string
}

/** Who may call, and what the call then knows of the caller. */
export interface Callers {
  anyone: object
  phone: { session: Session; app: ReachApp }
  operator: { app: ReachApp }
  /** An operator whose call is about no single app; `?appId=` changes nothing. */
  server: object
}

export interface RouteDocs {
  summary: string
  /** What stands in `Answer.body`, by status. */
  replies: Record<number, { description: string; schema?: TSchema; contentTypes?: string[] }>
  headers?: Record<string, { description: string; required: boolean }>
}

/** Answers for the route in place of a problem, where the caller reads none. */
export type Refuse = (error: unknown, services: Services) => Answer

export interface Route extends RouteDocs {
  refuse?: Refuse
  method: 'get' | 'post' | 'delete'
  path: string
  caller: keyof Callers
  scope?: Scope
  body?: TakenBody<unknown>
  query?: { schema: TSchema; decode: Decode<unknown> }
  act(call: Call & Partial<Callers['phone']>, services: Services): Promise<Answer>
}

export interface TakenBody<B> {
  schemas: TSchema[]
  decode: Decode<B>
  /** The body is taken as bytes, whatever it calls itself, and not as JSON. */
  bytes?: TakenBytes
}

export interface TakenBytes {
  maxBytes: number
  /** For the documentation alone. */
  contentTypes: string[]
}

interface Takes<B, Q> extends RouteDocs {
  refuse?: Refuse
  body?: TakenBody<B>
  query?: { schema: TSchema; decode: Decode<Q> }
}

/** A body of one schema. */
export const bodyOf = <S extends TSchema>(schema: S): TakenBody<Static<S>> => ({
  schemas: [schema],
  decode: decoder(schema),
})

/** A body that is not JSON: an image, for one. */
export const bytesOf = (bytes: TakenBytes): TakenBody<Buffer> => ({
  schemas: [],
  decode: (value) => ({ ok: true, value: value as Buffer }),
  bytes,
})

export const queryOf = <S extends TSchema>(
  schema: S,
): { schema: TSchema; decode: Decode<Static<S>> } => ({
  schema,
  decode: decoder(schema),
})

type Act<B, Q, Caller> = (call: Call<B, Q> & Caller, services: Services) => Promise<Answer>
type At = `${'GET' | 'POST' | 'DELETE'} /${string}`

function route<B, Q>(
  at: At,
  caller: keyof Callers,
  scope: Scope | undefined,
  takes: Takes<B, Q>,
  act: Act<B, Q, never>,
): Route {
  const [method, path] = at.split(' ') as [string, string]
  return {
    // What operators send holds nothing that we do not know.
    ...((caller === 'operator' || caller === 'server') && { query: queryOf(noQuery) }),
    ...takes,
    method: method.toLowerCase() as Route['method'],
    path,
    caller,
    ...(scope && { scope }),
    // The decoders above make the body and the query what `act` expects, and the caller's check the rest.
    act: act as Route['act'],
  }
}

/** A route without a credential. */
export const openRoute = <B, Q>(at: At, takes: Takes<B, Q>, act: Act<B, Q, Callers['anyone']>) =>
  route(at, 'anyone', undefined, takes, act)

/** A route for a signed-in phone (`Authorization: Bearer <session token>`). */
export const phoneRoute = <B, Q>(at: At, takes: Takes<B, Q>, act: Act<B, Q, Callers['phone']>) =>
  route(at, 'phone', undefined, takes, act)

/**
 * A route for operators (`Authorization: Bearer <API key>` with `scope`), for the app of `?appId=`. Query
 * fields that it does not take are refused.
 */
export const operatorRoute = <B, Q>(
  at: At,
  scope: Scope,
  takes: Takes<B, Q>,
  act: Act<B, Q, Callers['operator']>,
) => route(at, 'operator', scope, takes, act)

/** As `operatorRoute`, for the whole server instead of one of its apps. */
export const serverRoute = <B, Q>(
  at: At,
  scope: Scope,
  takes: Takes<B, Q>,
  act: Act<B, Q, Callers['server']>,
) => route(at, 'server', scope, takes, act)

/** An answer of ours → Koa's reply. */
export function reply(ctx: Context, { status, headers, body }: Answer): void {
  ctx.status = status
  if (headers) ctx.set(headers)
  if (body) ctx.body = body
}
