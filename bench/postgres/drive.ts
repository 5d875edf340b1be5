/** Measures the sides of a PostgreSQL bench: pgbench, and callers of the store. */
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import type { Store } from '../../server/store/store.ts'

export interface BenchOptions {
  url: string
  users: number
  seconds: number
}

/** Rates per second of one turn. */
export type TurnRates = Record<'pgbench' | 'alone' | 'many', number>

export interface Bench {
  name: string
  /** The required ratios to pgbench. */
  limits: { alone?: number; many: number }
  sides: Record<keyof TurnRates, () => Promise<number>>
}

const order: readonly (keyof TurnRates)[] = ['pgbench', 'alone', 'many']

/** Each turn begins with another side, because conditions differ between first and last. */
export async function measure({ sides }: Bench, turn: number): Promise<TurnRates> {
  const rates: TurnRates = { pgbench: 0, alone: 0, many: 0 }
  for (let n = 0; n < order.length; n += 1) {
    const side = order[(turn + n) % order.length]!
    rates[side] = await sides[side]()
  }
  return rates
}

/** At once. */
export const callers = 64

/** @returns calls per second of 64 callers, each of which repeats its call when it completes */
export async function drive(
  { url, batchWrites, seconds }: { url: string; batchWrites: boolean; seconds: number },
  call: (store: Store) => Promise<unknown>,
): Promise<number> {
  const store = createPostgresStore({ url, batchWrites })
  await store.ready()
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1_000
  let done = 0
  async function repeat() {
    for (; performance.now() < endsAt; done += 1) await call(store)
  }
  try {
    await Promise.all(Array.from({ length: callers }, repeat))
    return done / ((performance.now() - startedAt) / 1_000)
  } finally {
    await store.close()
  }
}
