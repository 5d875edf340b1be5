/**
 * A proxy before the PostgreSQL server of the tests, which can break connections and stop carrying
 * data.
 */
import { startTcpProxy, type TcpProxy } from '../network/tcp-proxy.ts'
import { testServer } from './database.ts'

export interface DatabaseProxy extends Pick<TcpProxy, 'cut'> {
  /** The URL of the same database through the proxy. */
  to(url: string): string
  /** Accepts connections and keeps them, and carries no data. */
  silence(): void
  /** Undoes `cut` and `silence` for new connections. */
  mend(): Promise<void>
}

export async function createDatabaseProxy(): Promise<DatabaseProxy> {
  let isSilent = false
  const proxy = await startTcpProxy(() => {
    const { hostname: host, port } = new URL(testServer())
    return isSilent ? undefined : { host, port: Number(port || 5432) }
  })
  return {
    to(url) {
      const by = new URL(url)
      by.port = String(proxy.port)
      return by.href
    },
    cut: proxy.cut,
    silence() {
      isSilent = true
      for (const socket of proxy.sockets) socket.unpipe().pause()
    },
    mend() {
      isSilent = false
      return proxy.mend()
    },
  }
}
