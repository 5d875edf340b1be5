/** Keeps so many connections busy for so long, and counts. A reply that is not right ends the bench. */
import { Agent } from 'undici'

export interface Load {
  url: string
  seconds: number
  connections: number
  next(): { token: string; body: string }
}

/** @returns batches a second whose every event was accepted */
export async function load({ url, seconds, connections, next }: Load): Promise<number> {
  const agent = new Agent({ connections, pipelining: 1 })
  const endsAt = performance.now() + seconds * 1000
  const startedAt = performance.now()
  let batches = 0
  async function drive() {
    while (performance.now() < endsAt) {
      const { token, body } = next()
      const reply = await agent.request({
        origin: url,
        path: '/v1/events',
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body,
      })
      const text = await reply.body.text()
      const accepted = text.split('"accepted"').length - 1
      if (reply.statusCode !== 200 || accepted !== 10) {
        throw new Error(`Not what was asked for: ${reply.statusCode} ${text.slice(0, 200)}`)
      }
      batches += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, drive))
  await agent.close()
  return batches / ((performance.now() - startedAt) / 1000)
}
