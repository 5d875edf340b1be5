/** A backend that takes webhooks, and answers as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookEvent } from '../../shared/wire/index.ts'

export interface ReceivedEvent {
  id: string
  headers: IncomingMessage['headers']
  body: string
  event: WebhookEvent
}

export interface Receiver {
  url: string
  /** Every request, in its order. */
  readonly received: readonly ReceivedEvent[]
  close(): Promise<void>
}

/** @param answer default: 204 */
export async function startReceiver(
  answer: (reply: ServerResponse, event: ReceivedEvent) => unknown = (reply) =>
    reply.writeHead(204).end(),
): Promise<Receiver> {
  const received: ReceivedEvent[] = []
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const id = String(request.headers['webhook-id'])
      const event = JSON.parse(body) as WebhookEvent
      const one = { id, headers: request.headers, body, event }
      received.push(one)
      answer(reply, one)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
