/** An HTTP proxy that tunnels with CONNECT, as a test tells it to. */
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export interface ConnectProxy {
  url: string
  /** The targets, and what the callers said about themselves. */
  connects: { target: string; authorization: string | undefined }[]
  /** What it answers to CONNECT from now on. `silent`: nothing. */
  answer(status: number | 'silent'): void
  close(): Promise<void>
}

export async function createConnectProxy(): Promise<ConnectProxy> {
  const connects: ConnectProxy['connects'] = []
  const sockets = new Set<Duplex>()
  let next: number | 'silent' = 200
  const server = createServer()
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    sockets.add(socket.on('error', () => {}))
    const target = request.url ?? ''
    connects.push({ target, authorization: request.headers['proxy-authorization'] })
    if (next === 'silent') return
    if (next !== 200) return void socket.end(`HTTP/1.1 ${next} Refused\r\n\r\n`)
    const { hostname, port } = new URL(`http://${target}`)
    const upstream = connect(Number(port || 80), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    sockets.add(upstream.on('error', () => socket.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connects,
    answer: (status) => void (next = status),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
