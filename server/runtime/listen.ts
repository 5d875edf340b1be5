/** A server on a port, and its orderly end. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serverRules } from '../rules/process.ts'

export interface Listening {
  /** `http://127.0.0.1:3000` */
  url: string
  /**
   * Takes no more connections, waits for the requests under way, and cuts what is left after
   * `withinMs`.
   */
  close(withinMs: number): Promise<void>
}

/** @throws what node:net says when the address is taken or is none of this machine */
export async function listen(
  listener: RequestListener,
  at: { port: number; host: string },
): Promise<Listening> {
  const server = createServer(listener)
  server.requestTimeout = serverRules.requestTimeoutMs
  server.headersTimeout = serverRules.headersTimeoutMs
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, resolve)
  })
  const { port, address, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: (withinMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), withinMs)
        // A connection that its client keeps alive would delay the end, and bring further requests.
        const closeIdle = () => server.closeIdleConnections()
        const looking = setInterval(closeIdle, serverRules.closeIdleEveryMs)
        server.close(() => {
          clearTimeout(cut)
          clearInterval(looking)
          resolve()
        })
        closeIdle()
      }),
  }
}
