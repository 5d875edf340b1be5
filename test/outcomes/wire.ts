/** The wire between server and sandbox, which a test can cut at any place. */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface Wire {
  /** What the server takes for the platform. */
  url: string
  /** The sandbox's address. Until it is told, every connection ends at once. */
  leadTo(address: string): void
  /** Closes the port and every connection: whoever connects is refused. */
  cut(): Promise<void>
  /** Opens the same port again. */
  mend(): Promise<void>
  /**
   * The next request on a connection that has carried one already meets a reset: before it reaches the platform, or
   * when the platform has answered it.
   */
  resetReused(when: 'before' | 'after'): void
  close(): Promise<void>
}

export async function stretchWire(): Promise<Wire> {
  let target: URL | undefined
  const open = new Set<Socket>()
  let reset: 'before' | 'after' | undefined

  const server = createServer((caller) => {
    if (!target) return void caller.destroy()
    const platform = connect(Number(target.port), target.hostname)
    let doomed = false
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
        doomed = true
      }
      platform.write(request)
    })
    platform.on('data', (reply) => {
      answered = true
      if (doomed) caller.resetAndDestroy()
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
    leadTo: (address) => void (target = new URL(address)),
    cut,
    mend: () => listen(port),
    resetReused: (when) => void (reset = when),
    close: () => (server.listening ? cut() : Promise.resolve()),
  }
}
