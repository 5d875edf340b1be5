/** Long work in short turns: other requests go on between them. */
import { setImmediate } from 'node:timers/promises'

/** As `items.map(map)`; the event loop turns after every `perTurn` items. */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  perTurn: number,
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % perTurn === 0) await setImmediate()
    results.push(map(item, index))
  }
  return results
}
