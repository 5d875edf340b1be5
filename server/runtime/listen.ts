/** A server on a port, with bounded connections, and its orderly end. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectionRules } from '../rules/process.ts'
import { createConnections } from './connections.ts'
import { createMonotonicClock, type MonotonicClock } from './world.ts'

export interface Listening {
  /** `http://127.0.0.1:3000` */
  url: string
  /**
   * Takes no more connections, waits for the requests under way, and cuts what is left after
   * `withinMs`.
   */
  close(withinMs: number): Promise<void>
}

/** The rules of connections: counts, bytes and milliseconds. docs/operations.md lists them. */
export type ConnectionSettings = { -readonly [Rule in keyof typeof connectionRules]: number }

export interface ListenOptions {
  port: number
  host: string
  /** Default: `connectionRules`. */
  connectionLimits?: Partial<ConnectionSettings>
  /** Whether HTTP/1.1 requests without `Host` are refused. Default: true. */
  requireHostHeader?: boolean
  /** Measures how long replies stay unread. Default: this machine's clock. */
  monotonic?: MonotonicClock
}

/**
 * Serves `listener`, such as `app.callback()` of a Koa app, and bounds its connections.
 *
 * @throws what node:net says when the address is taken or is none of this machine
 */
export async function listen(
  listener: RequestListener,
  { port, host, requireHostHeader = true, ...options }: ListenOptions,
): Promise<Listening> {
  const limits = { ...connectionRules, ...options.connectionLimits }
  const { monotonic = createMonotonicClock() } = options
  const connections = createConnections(listener, limits, monotonic)
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      // Node looks only so often which of them have passed.
      connectionsCheckingInterval: limits.checkEveryMs,
      requireHostHeader,
    },
    connections.answer,
  )
  server.on('connection', connections.opened)
  // Node would reply 417 by itself: past the bounds, the log and the names of requests.
  server.on('checkExpectation', connections.answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const closed = new AbortController()
  void connections.watch(closed.signal)
  const { port: taken, address, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: (withinMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), withinMs)
        // It ends the connections that a client keeps alive, too.
        server.close(() => {
          clearTimeout(cut)
          closed.abort()
          resolve()
        })
        connections.end()
      }),
  }
}
