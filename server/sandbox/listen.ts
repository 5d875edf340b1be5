/** Serves a sandbox on an address of this machine. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

export interface ListenOptions extends SandboxOptions {
  /** Default: 0, any free port. */
  port?: number
  /** Default: 127.0.0.1. The sandbox shows its secrets: use no address that others reach. */
  host?: string
}

export interface ListeningSandbox {
  sandbox: Sandbox
  /** Without a trailing slash, as `WECHAT_API_BASE` requires. */
  url: string
  /** Cuts open connections and stops listening. */
  close(): Promise<void>
}

/** @throws the error of node:net when the address is in use or not of this machine. */
export async function listenSandbox(options: ListenOptions): Promise<ListeningSandbox> {
  const { port = 0, host = '127.0.0.1' } = options
  const sandbox = createSandbox(options)
  const server = createServer({ requireHostHeader: false }, sandbox.listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    sandbox,
    url: `http://${name}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        sandbox.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
