/**
 * Requests of the mini-program. The browser's own would fail: servers of mini-programs answer no
 * preflight, and the page may connect to nothing but the simulator.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from './browser-files.ts'

interface ProxiedRequest {
  url: string
  method: string
  header: Record<string, string>
  body?: string
}

export interface ProxiedReply {
  status: number
  header: Record<string, string>
  /** Text where it is UTF-8, else base64. */
  text?: string
  base64?: string
}

const maxBodyBytes = 10 * 1_024 * 1_024

/** `fetch` or a part of it, which tests replace. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export async function proxyRequest(
  request: IncomingMessage,
  response: ServerResponse,
  send: Fetch,
): Promise<void> {
  const { url, method, header, body } = JSON.parse(await bodyOf(request)) as ProxiedRequest
  const given = new AbortController()
  // The phone gave up, or was killed: so does the request.
  response.on('close', () => given.abort())
  try {
    const reply = await send(url, {
      method,
      headers: header,
      redirect: 'follow',
      signal: given.signal,
      ...(body !== undefined && method !== 'GET' && method !== 'HEAD' && { body }),
    })
    const bytes = Buffer.from(await reply.arrayBuffer())
    const text = bytes.toString('utf8')
    const whole = Buffer.from(text).equals(bytes)
    const result: ProxiedReply = {
      status: reply.status,
      header: Object.fromEntries(reply.headers),
      ...(whole ? { text } : { base64: bytes.toString('base64') }),
    }
    replyJson(response, 200, result)
  } catch (error) {
    if (!response.destroyed) replyJson(response, 502, { problem: reasonOf(error) })
  }
}

/** Fonts have many types on other hosts. */
const fontTypes: Record<string, string> = {
  woff: 'font/woff',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
  otf: 'font/otf',
}

/** A picture or a font of another host, so that the page loads nothing from elsewhere itself. */
export async function proxyImage(
  url: string,
  response: ServerResponse,
  send: Fetch,
): Promise<void> {
  try {
    const reply = await send(url, { method: 'GET' })
    const [, ending = ''] = /\.(\w+)$/.exec(new URL(url).pathname) ?? []
    const type = fontTypes[ending.toLowerCase()] ?? reply.headers.get('content-type') ?? ''
    const isWanted = /^(image|font)\//.test(type)
    if (!reply.ok || !isWanted) throw new Error(`replied ${reply.status} ${type}`)
    response.writeHead(200, { 'content-type': type })
    response.end(Buffer.from(await reply.arrayBuffer()))
  } catch {
    response.writeHead(404).end()
  }
}

export function replyJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': json })
  response.end(JSON.stringify(value))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > maxBodyBytes) throw new Error('the request is larger than 10 MB')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: { code?: string } }
  return cause?.code ?? message
}
