import { databaseClosed } from './unavailable.ts'

type Operation = (...args: never[]) => Promise<unknown>

/**
 * The same operations with an end: `close` waits for those that were begun, whatever they still have to do, and refuses
 * those that come after.
 */
export function withClose<Operations extends Record<keyof Operations, Operation>>(
  operations: Operations,
  end: () => Promise<void>,
): Operations & { close(): Promise<void> } {
  const underWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  const tracked =
    (operation: Operation): Operation =>
    async (...args) => {
      if (closing) throw databaseClosed()
      const done = operation(...args)
      underWay.add(done)
      try {
        return await done
      } finally {
        underWay.delete(done)
      }
    }

  async function close(): Promise<void> {
    await Promise.allSettled(underWay)
    await end()
  }

  const entries = Object.entries<Operation>(operations)
  return {
    ...(Object.fromEntries(entries.map(([name, one]) => [name, tracked(one)])) as Operations),
    close: () => (closing ??= close()),
  }
}
