/**
 * Connections on which statements go one behind another, each a transaction by itself. Who asks sends at once, so that
 * the engine finds the next statement when it has done one and need not be woken for it, and a few of its processes
 * serve many callers for less. Only for statements that hardly wait for others: those behind them would wait, too.
 */
interface Client {
  release(broken?: boolean): void
}

export interface LinesOptions<C> {
  connect(): Promise<C>
  /** Connections that are shared at once. */
  most: number
  /** Statements on one of them. Who comes then waits for a connection as anybody does, and is told if there is none. */
  deepest: number
}

/** A connection, or a place on one. */
export interface Place<C> {
  client: C
  /** @param broken the connection is not to be used again */
  release(broken?: boolean): void
}

/** A connection that nobody shares. */
export async function whole<C extends Client>(connect: () => Promise<C>): Promise<Place<C>> {
  const client = await connect()
  return { client, release: (broken) => client.release(broken) }
}

interface Line<C> {
  client: Promise<C>
  places: number
  broken: boolean
}

/** While there are connections, each statement has one to itself; then it goes where the fewest are, if it may. */
export function createLines<C extends Client>(options: LinesOptions<C>): () => Promise<Place<C>> {
  const { connect, most, deepest } = options
  const lines = new Set<Line<C>>()

  function open(): Line<C> {
    const line = { client: connect(), places: 0, broken: false }
    lines.add(line)
    return line
  }

  const shortest = () => [...lines].reduce((a, b) => (b.places < a.places ? b : a))

  function leave(line: Line<C>, client: C, broken = false): void {
    line.places -= 1
    line.broken ||= broken
    if (line.broken || line.places === 0) lines.delete(line)
    // What was sent before it broke may still be answered.
    if (line.places === 0) client.release(line.broken)
  }

  return async () => {
    const line = lines.size < most ? open() : shortest()
    if (line.places === deepest) return whole(connect)
    line.places += 1
    try {
      const client = await line.client
      return { client, release: (broken) => leave(line, client, broken) }
    } catch (error) {
      lines.delete(line)
      throw error
    }
  }
}
