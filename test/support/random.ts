/** Random numbers from a seed, so that a failed run can be repeated as far as processes allow. */
export interface Random {
  /** From 0 up to, and without, `n`. */
  below(n: number): number
  between(from: number, to: number): number
  pick<One>(of: readonly One[]): One
}

/** Mulberry32: small, and good enough to choose moments. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    between: (from, to) => from + below(to - from),
    pick: (of) => of[below(of.length)]!,
  }
}
