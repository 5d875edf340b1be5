import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSecrets } from './logs/secrets.ts'

export interface SeenCall {
  method: string
  path: string
  query: Record<string, string>
  /** Parsed when it is JSON. */
  body: unknown
}

export type Act = (response: ServerResponse, call: SeenCall) => void

export interface ScriptedServer {
  base: string
  calls: SeenCall[]
  /** What happens from now on, by path; an array gives one act a call, its last for ever. */
  on(path: string, acts: Act | Act[]): void
  /** Resolves once `path` was called so often. */
  called(path: string, times: number): Promise<void>
  close(): Promise<void>
}

/**
 * A server on a free port that answers as a test has set.
 *
 * @param options `noteTraffic` as in `startReach`
 */
export async function createScriptedServer({ noteTraffic = true } = {}): Promise<ScriptedServer> {
  const calls: SeenCall[] = []
  const secrets = createSecrets()
  const scripts = new Map<string, Act[]>()
  let waiting: (() => void)[] = []

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      const query = Object.fromEntries(searchParams)
      const call = { method: request.method ?? '', path: pathname, query, body }
      if (noteTraffic) secrets.note(call)
      calls.push(call)
      const acts = scripts.get(pathname) ?? [status(404)]
      const act = acts.length > 1 ? acts.shift() : acts[0]
      act?.(response, call)
      for (const wake of waiting.splice(0)) wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    on: (path, acts) => void scripts.set(path, [acts].flat()),
    async called(path, times) {
      while (calls.filter((call) => call.path === path).length < times) {
        await new Promise<void>((resolve) => (waiting = [...waiting, resolve]))
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const json =
  (value: unknown, contentType = 'application/json'): Act =>
  (response) =>
    void response.setHeader('content-type', contentType).end(JSON.stringify(value))

export const status =
  (code: number, text = '', headers: Record<string, string> = {}): Act =>
  (response) =>
    void response.writeHead(code, headers).end(text)

/** Answers 200 with these bytes. */
export const bytes =
  (content: string | Uint8Array, headers: Record<string, string> = {}): Act =>
  (response) =>
    void response.writeHead(200, headers).end(content)

/** Takes the request and never answers. */
export const hang: Act = () => {}

/** Takes the request and closes the connection. */
export const reset: Act = (response) => void response.socket?.destroy()

/** Answers once the test has called `release`, also a request that was under way meanwhile. */
export function held(act: Act): { act: Act; release(): void } {
  let release: () => void = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  return {
    act: (response, call) => void released.then(() => act(response, call)),
    release,
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
