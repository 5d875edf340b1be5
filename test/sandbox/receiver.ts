/** A receiver of pushes on its own port. It records the posts and responds as the test asks. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  method: string
  /** The address that it came from. */
  from: string
  query: Record<string, string>
  contentType: string
  body: string
  bytes: Buffer
}

export interface Receiver {
  url: string
  /** The posts, without address checks. */
  received: Received[]
  /** Sets the responses to the next posts. Further posts get `success`. */
  next(...answers: ((reply: ServerResponse) => void)[]): void
  /** Resolves once `count` posts have arrived. */
  until(count: number): Promise<void>
  close(): Promise<void>
}

export const answering =
  (body: string, status = 200) =>
  (reply: ServerResponse) => {
    reply.statusCode = status
    reply.end(body)
  }

export async function receiver(): Promise<Receiver> {
  const received: Received[] = []
  const answers: ((reply: ServerResponse) => void)[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, reply) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts)
      const query = Object.fromEntries(new URL(request.url!, 'http://x').searchParams)
      if (request.method === 'GET') return answering(query['echostr'] ?? '')(reply)
      const contentType = request.headers['content-type'] ?? ''
      const body = bytes.toString('utf8')
      const from = request.socket.remoteAddress!
      received.push({ method: request.method!, from, query, contentType, body, bytes })
      ;(answers.shift() ?? answering('success'))(reply)
      for (const check of waiting) check()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push?from=wechat`,
    received,
    next: (...more) => void answers.push(...more),
    until: (count) =>
      new Promise((resolve) => {
        const check = () => received.length >= count && resolve()
        waiting.add(check)
        check()
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
