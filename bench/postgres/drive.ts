import { createPostgresStore } from '../../server/store/postgres/store.ts'
import type { Store } from '../../server/store/store.ts'

export interface BenchOptions {
  url: string
  users: number
  seconds: number
}

/** Rates a second of one turn. */
export type RateSlot = Record<'pgbench' | 'alone' | 'many', number>

export interface Bench {
  name: string
  /** Ratios to pgbench that are asked for. */
  limits: { alone?: number; many: number }
  sides: Record<keyof RateSlot, () => Promise<number>>
}

const order: readonly (keyof RateSlot)[] = ['pgbench', 'alone', 'many']

/** Whoever comes first finds another machine than whoever comes last: each turn begins with another side. */
export async function measure({ sides }: Bench, turn: number): Promise<RateSlot> {
  const rates: RateSlot = { pgbench: 0, alone: 0, many: 0 }
  for (let n = 0; n < order.length; n += 1) {
    const side = order[(turn + n) % order.length]!
    rates[side] = await sides[side]()
  }
  return rates
}

const callers = 64

/** @returns calls a second of 64 callers, each of which begins again when it is answered */
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
