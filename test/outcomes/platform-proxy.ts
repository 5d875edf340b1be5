/** A proxy between server and sandbox whose connections a test can reset. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface PlatformProxy {
  /** What the server takes for the platform. */
  url: string
  /** Sets the sandbox's address. Before, every connection ends at once. */
  connectTo(address: string): void
  /** Closes the port and every connection: new connections are refused. */
  cut(): Promise<void>
  /** Opens the same port again. */
  reopen(): Promise<void>
  /**
   * Resets the next connection that carries a second request: before the request reaches the
   * platform, or when the platform has answered it.
   */
  resetReused(when: 'before' | 'after'): void
  close(): Promise<void>
}

export async function createPlatformProxy(): Promise<PlatformProxy> {
  let target: URL | undefined
  const open = new Set<Socket>()
  let reset: 'before' | 'after' | undefined

  const server = createServer((caller) => {
    if (!target) return void caller.destroy()
    const platform = connect(Number(target.port), target.hostname)
    let resetOnReply = false
    let answered = false
    for (const [socket, other] of [
      [caller, platform],
      [platform, caller],
    ] as const) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    caller.on('data', (request) => {
      if (answered && reset === 'before') {
        reset = undefined
        return void caller.resetAndDestroy()
      }
      if (answered && reset === 'after') {
        reset = undefined
        resetOnReply = true
      }
      platform.write(request)
    })
    platform.on('data', (reply) => {
      answered = true
      if (resetOnReply) caller.resetAndDestroy()
      else caller.write(reply)
    })
  })
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    })

  return {
    url: `http://127.0.0.1:${port}`,
    connectTo: (address) => void (target = new URL(address)),
    cut,
    reopen: () => listen(port),
    resetReused: (when) => void (reset = when),
    close: () => (server.listening ? cut() : Promise.resolve()),
  }
}
