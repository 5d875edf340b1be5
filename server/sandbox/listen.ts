/** Serves a sandbox on an address of this machine. */
import { listen } from '../runtime/listen.ts'
import { createPlatform, type Platform, type SandboxOptions } from './sandbox.ts'
import { listenTls, type ListeningTls, type TlsOptions } from './tls/listen-tls.ts'

export interface ListenOptions extends SandboxOptions {
  /** Default: 0, any free port. */
  port?: number
  /** Default: 127.0.0.1. The sandbox shows its secrets: use no address that others reach. */
  host?: string
  /** Serves https as api.weixin.qq.com too, on a second port. Default: it does not. */
  tls?: TlsOptions
}

export interface ListeningSandbox {
  sandbox: Platform
  /** Without a trailing slash, as `WECHAT_API_BASE` requires. */
  url: string
  /** What clients need to reach it by https, if it was asked for. */
  tls?: ListeningTls
  /** Cuts open connections and stops listening. */
  close(): Promise<void>
}

/** @throws the error of node:net when the address is in use or not of this machine. */
export async function listenSandbox(options: ListenOptions): Promise<ListeningSandbox> {
  const { port = 0, host = '127.0.0.1' } = options
  const sandbox = createPlatform(options)
  const { url, close } = await listen(sandbox.listener, { port, host, requireHostHeader: false })
  const closeHttp = () => {
    sandbox.close()
    return close(0)
  }
  if (!options.tls) return { sandbox, url, close: closeHttp }
  try {
    const tls = await listenTls(sandbox.listener, host, {
      ...(options.log && { log: options.log }),
      ...options.tls,
    })
    return {
      sandbox,
      url,
      tls,
      close: async () => void (await Promise.all([tls.close(), closeHttp()])),
    }
  } catch (error) {
    await closeHttp()
    throw error
  }
}
