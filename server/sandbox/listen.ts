import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

export interface ListenOptions extends SandboxOptions {
  /** Default: 0, any free one. */
  port?: number
  /** Default: 127.0.0.1. Secrets lie open in a sandbox: give it no address that others reach. */
  host?: string
}

export interface ListeningSandbox {
  sandbox: Sandbox
  /** Without a slash at its end: what `WECHAT_API_BASE` takes. */
  url: string
  /** Cuts what is still open and stops listening. */
  close(): Promise<void>
}

/** @throws what node:net says when the address is taken or is none of this machine. */
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
