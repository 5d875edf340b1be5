/** A platform that takes subscribe messages, with faults, and knows each that it took. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../support/random.ts'

export interface CalledWechat {
  url: string
  /** How often a message to the openId was taken, whether the reply arrived or not. */
  taken: Map<string, number>
  close(): Promise<void>
}

/** Of a hundred calls so many are busy, lost before they are taken, and lost after. */
const [busy, lostBefore, lostAfter] = [3, 1, 3]

/** @param latencyMs of each send, up to twice as long. Default: 20 */
export async function startCalledWechat(random: Random, latencyMs = 20): Promise<CalledWechat> {
  const taken = new Map<string, number>()
  const server = createServer((request, response) => {
    const reply = (body: object) => response.end(JSON.stringify(body))
    if (!request.url!.startsWith('/cgi-bin/message/')) {
      return void reply({ access_token: 'a-token-of-the-double', expires_in: 7_200 })
    }
    void (async () => {
      const { touser } = (await json(request)) as { touser: string }
      await wait(random.between(latencyMs, 2 * latencyMs))
      const fault = random.below(100)
      if (fault < busy) return reply({ errcode: -1, errmsg: 'system error' })
      if (fault < busy + lostBefore) return request.destroy()
      taken.set(touser, (taken.get(touser) ?? 0) + 1)
      if (fault < busy + lostBefore + lostAfter) return request.destroy()
      return reply({ errcode: 0, errmsg: 'ok' })
    })().catch(() => request.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
