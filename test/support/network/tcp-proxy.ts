/** A proxy of TCP connections, each of which ends with that behind it. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface TcpProxy {
  /** At 127.0.0.1. It stays the same. */
  port: number
  /** Of clients and of what they are led to. */
  sockets: ReadonlySet<Socket>
  /** Breaks all connections and refuses new ones. */
  cut(): Promise<void>
  /** Accepts connections again. */
  mend(): Promise<void>
}

/** @param target of a new connection; `undefined`: it is kept, and carries no data */
export async function startTcpProxy(
  target: () => { host: string; port: number } | undefined,
): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    const to = target()
    if (!to) return
    const upstream = connect(to)
    sockets.add(upstream)
    upstream.on('error', () => {})
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.pipe(upstream).pipe(client)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    sockets,
    async cut() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      sockets.clear()
      await closed
    },
    mend: () => listen(port),
  }
}
