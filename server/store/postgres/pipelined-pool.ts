/**
 * Connections that several callers share. Each statement is a transaction by itself and is sent at
 * once, without waiting for the one before it, so that a few processes of the engine serve many
 * callers and need not be woken for each statement. Only for statements that hardly wait for locks:
 * those behind them on the connection would wait, too.
 */
interface Client {
  release(broken?: boolean): void
}

interface PipelinedPoolOptions<C> {
  connect(): Promise<C>
  /** Shared connections, at most. */
  maxConnections: number
  /**
   * Statements under way on one of them, at most. Further callers wait for a connection of their
   * own.
   */
  maxDepth: number
}

/** A connection, or a share of one. */
export interface Checkout<C> {
  client: C
  /** @param broken the connection is not to be used again */
  release(broken?: boolean): void
}

/** A connection that is not shared. */
export async function checkOutWhole<C extends Client>(
  connect: () => Promise<C>,
): Promise<Checkout<C>> {
  const client = await connect()
  return { client, release: (broken) => client.release(broken) }
}

interface Shared<C> {
  client: Promise<C>
  users: number
  broken: boolean
}

/**
 * Each caller gets a connection of its own while fewer than `maxConnections` are in use, then the
 * one with the fewest users.
 */
export function createPipelinedPool<C extends Client>(
  options: PipelinedPoolOptions<C>,
): () => Promise<Checkout<C>> {
  const { connect, maxConnections, maxDepth } = options
  const inUse = new Set<Shared<C>>()

  function open(): Shared<C> {
    const shared = { client: connect(), users: 0, broken: false }
    inUse.add(shared)
    return shared
  }

  const leastUsed = () => [...inUse].reduce((a, b) => (b.users < a.users ? b : a))

  function release(shared: Shared<C>, client: C, broken = false): void {
    shared.users -= 1
    shared.broken ||= broken
    if (shared.broken || shared.users === 0) inUse.delete(shared)
    // Statements that were sent before the connection broke may still be answered.
    if (shared.users === 0) client.release(shared.broken)
  }

  return async () => {
    const shared = inUse.size < maxConnections ? open() : leastUsed()
    if (shared.users === maxDepth) return checkOutWhole(connect)
    shared.users += 1
    try {
      const client = await shared.client
      return { client, release: (broken) => release(shared, client, broken) }
    } catch (error) {
      inUse.delete(shared)
      throw error
    }
  }
}
