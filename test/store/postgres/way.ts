/** A way to PostgreSQL that can be cut, and on which it can fall silent. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export interface Way {
  /** The same database by this way. */
  to(url: string): string
  /** Breaks all connections, and takes no more. */
  cut(): Promise<void>
  /** Takes connections and keeps them, and carries nothing any more. */
  silence(): void
  mend(): Promise<unknown>
}

export async function openWay(): Promise<Way> {
  const sockets = new Set<Socket>()
  let isSilent = false
  const server: Server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    if (isSilent) return
    const upstream = connect(5432, '127.0.0.1')
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {}).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  const listen = async (port = 0) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen()
  return {
    to(url) {
      const by = new URL(url)
      by.port = String(port)
      return by.href
    },
    async cut() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      sockets.clear()
      await closed
    },
    silence() {
      isSilent = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    mend() {
      isSilent = false
      return listen(port)
    },
  }
}
