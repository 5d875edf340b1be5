/** Requests as a test writes them: JSON in, JSON out, and anything else on request. */
import type { Problem } from '../../../shared/wire/index.ts'

export interface Asked {
  /** `null`: no Authorization. */
  token?: string | null
  /** Sent as JSON; a text, bytes or a stream go as they are. */
  body?: unknown
  headers?: Record<string, string>
}

export interface Answer<Body> {
  status: number
  headers: Headers
  type: string
  text: string
  /** As they came. */
  bytes: Buffer
  /** Parsed; `undefined` where it is not JSON. */
  body: Body
}

/** Errors are what most tests look at: another body is named by the caller. */
export type Ask = <Body = Problem>(at: string, asked?: Asked) => Promise<Answer<Body>>

/** @param token of requests that name none */
export function createAsk(base: string, token: string | null): Ask {
  return async <Body>(at: string, asked: Asked = {}): Promise<Answer<Body>> => {
    const [method = 'GET', path = '/'] = at.split(' ')
    const bearer = asked.token === undefined ? token : asked.token
    const reply = await fetch(base + path, {
      method,
      headers: {
        ...(bearer !== null && { Authorization: `Bearer ${bearer}` }),
        ...(asked.body !== undefined && { 'Content-Type': 'application/json' }),
        ...asked.headers,
      },
      ...(asked.body !== undefined && { body: encode(asked.body) }),
      // What fetch asks for before it sends a stream.
      ...(asked.body instanceof ReadableStream && { duplex: 'half' }),
    } as RequestInit)
    // It has no end.
    const isStream = reply.headers.get('Content-Type') === 'text/event-stream'
    if (isStream) await reply.body?.cancel()
    const bytes = isStream ? Buffer.alloc(0) : Buffer.from(await reply.arrayBuffer())
    const text = bytes.toString()
    return {
      status: reply.status,
      headers: reply.headers,
      type: reply.headers.get('Content-Type') ?? '',
      text,
      bytes,
      body: parse(text) as Body,
    }
  }
}

function encode(body: unknown): NonNullable<RequestInit['body']> {
  const asItIs =
    typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream
  return asItIs ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
