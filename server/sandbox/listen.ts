/** Serves a sandbox on an address of this machine. */
import type { RequestListener } from 'node:http'
import { listen } from '../runtime/listen.ts'
import type { Platform, SandboxOptions } from './sandbox.ts'
import { listenTls, type ListeningTls, type TlsOptions } from './tls/listen-tls.ts'
import { createWorlds } from './worlds.ts'

export interface ListenOptions extends SandboxOptions {
  /** Default: 0, any free port. */
  port?: number
  /** Default: 127.0.0.1. The sandbox shows its secrets: use no address that others reach. */
  host?: string
  /** Serves https as api.weixin.qq.com too, on a second port. Default: it does not. */
  tls?: TlsOptions
}

export interface ListeningSandbox {
  /** The world of requests that name none. */
  sandbox: Platform
  /**
   * The world of this name, which is made if there is none.
   *
   * @throws ControlError when the name is wrong, or the sandbox has as many worlds as it takes.
   */
  world(name: string): Platform & { url: string }
  /** Without a trailing slash, as `WECHAT_API_BASE` requires. */
  url: string
  /** What it serves there, to serve at another address of this process too. */
  listener: RequestListener
  /** What clients need to reach it by https, if it was asked for. */
  tls?: ListeningTls
  /** Cuts open connections and stops listening. */
  close(): Promise<void>
}

/** @throws the error of node:net when the address is in use or not of this machine. */
export async function listenSandbox(options: ListenOptions): Promise<ListeningSandbox> {
  const { port = 0, host = '127.0.0.1' } = options
  const { listener, main, world, close: endWorlds } = createWorlds(options)
  const { url, close } = await listen(listener, { port, host, requireHostHeader: false })
  const closeHttp = () => {
    endWorlds()
    return close(0)
  }
  const listening = {
    sandbox: main,
    world: (name: string) => ({ ...world(name), url: `${url}/worlds/${name}` }),
    url,
    listener,
  }
  if (!options.tls) return { ...listening, close: closeHttp }
  try {
    const tls = await listenTls(listener, host, {
      ...(options.log && { log: options.log }),
      ...options.tls,
    })
    return {
      ...listening,
      tls,
      close: async () => void (await Promise.all([tls.close(), closeHttp()])),
    }
  } catch (error) {
    await closeHttp()
    throw error
  }
}
