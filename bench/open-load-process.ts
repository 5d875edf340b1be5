/** The process of open-load.ts. */
import { once } from 'node:events'
import { Agent } from 'undici'
import type { Latencies, OpenLoad } from './open-load.ts'
import { apiKey } from './services.ts'

/** Requests that begin in one step of the timer. */
const stepMs = 2

const [{ url, rate, seconds, users, run }] = (await once(process, 'message')) as [OpenLoad]
const agent = new Agent({ connections: 512, pipelining: 1 })
const took: number[] = []
let made = 0

async function request(dueAt: number): Promise<void> {
  made += 1
  const { statusCode, body } = await agent.request({
    origin: url,
    path: '/v1/messages',
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Idempotency-Key': run + made },
    body: JSON.stringify({
      channel: 'template',
      openId: `user-${Math.floor(Math.random() * users)}`,
      templateId: 'T',
      page: 'pages/index/index',
      data: { keyword1: { value: '339208499' }, keyword2: { value: '2015-01-05 12:30' } },
    }),
  })
  await body.dump()
  if (statusCode !== 201) throw new Error(`Not what was asked for: ${statusCode}`)
  took.push(performance.now() - dueAt)
}

const startedAt = performance.now()
const requests: Promise<void>[] = []
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    const passedMs = performance.now() - startedAt
    while (requests.length < (passedMs / 1_000) * rate) {
      requests.push(request(startedAt + (1_000 * requests.length) / rate))
    }
    if (passedMs < seconds * 1_000) return
    clearInterval(timer)
    resolve()
  }, stepMs)
})
await Promise.all(requests)
await agent.close()
// The first second warms up.
const counted = took.slice(Math.floor(took.length / (seconds + 1))).sort((a, b) => a - b)
const at = (share: number) => counted[Math.floor(share * (counted.length - 1))]!
process.send!({ p50: at(0.5), p99: at(0.99) } satisfies Latencies)
