/**
 * A proxy before the PostgreSQL server of the tests, which can break connections and stop carrying
 * data.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { testServer } from './database.ts'

export interface DatabaseProxy {
  /** The URL of the same database through the proxy. */
  to(url: string): string
  /** Breaks all connections and refuses new ones. */
  cut(): Promise<void>
  /** Accepts connections and keeps them, and carries no data. */
  silence(): void
  /** Undoes `cut` and `silence` for new connections. */
  mend(): Promise<unknown>
}

export async function createDatabaseProxy(): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>()
  let isSilent = false
  const server: Server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    if (isSilent) return
    const { hostname, port } = new URL(testServer())
    const upstream = connect(Number(port || 5432), hostname)
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
