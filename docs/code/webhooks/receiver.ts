import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'

interface ReceiverOptions {
  /** `whsec_…`, from the reply that made the webhook. */
  secret: string
  /** True if this id is new. Remember ids for two weeks: a unique key in your database does it. */
  isNew(id: string): Promise<boolean>
  handle(event: { type: string; appId: string; data: unknown }): Promise<void>
}

/** Answers within 15 seconds. What takes longer belongs into a queue of yours. */
export const createReceiver = ({ secret, isNew, handle }: ReceiverOptions): Server =>
  createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString()
      const status = await receive(request.headers, body).catch(() => 500)
      reply.writeHead(status).end()
    })

    async function receive(headers: IncomingHttpHeaders, body: string): Promise<number> {
      if (!isSigned(secret, headers, body)) return 401
      if (await isNew(String(headers['webhook-id']))) {
        await handle(JSON.parse(body) as Parameters<typeof handle>[0])
      }
      return 204
    }
  })

/** Verify the bytes as they came: parsed and written again, they may differ. */
function isSigned(secret: string, headers: IncomingHttpHeaders, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = headers
  // An old request is one that somebody has recorded and sends again.
  if (!(Math.abs(Date.now() / 1_000 - Number(at)) < 300)) return false
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signed = createHmac('sha256', key).update(`${String(id)}.${String(at)}.${body}`)
  const expected = Buffer.from(`v1,${signed.digest('base64')}`)
  return String(signatures)
    .split(' ')
    .map((signature) => Buffer.from(signature))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}
