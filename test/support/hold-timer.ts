import { readFileSync } from 'node:fs'

/**
 * How long the event loop was held. On a machine with other work, more time passes than the loop
 * was held, and the processor works for other threads of this process, too. Linux tells how long
 * the calling thread ran; elsewhere it is at most the smaller of the two.
 */
export function startHoldTimer(): () => number {
  const loop = performance.eventLoopUtilization()
  const startedMs = processorMs()
  return () => Math.min(processorMs() - startedMs, performance.eventLoopUtilization(loop).active)
}

function processorMs(): number {
  if (process.platform === 'linux') {
    const [ranNs] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')
    return Number(ranNs) / 1e6
  }
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/**
 * The longest turn of the event loop while `act` runs, in processor time: what a turn waits for a
 * busy machine does not count, nor do the turns before and after it.
 */
export async function longestTurnMs<T>(act: () => Promise<T>): Promise<{ result: T; ms: number }> {
  let ms = 0
  let turnHeldMs = startHoldTimer()
  const endTurn = () => {
    ms = Math.max(ms, turnHeldMs())
    turnHeldMs = startHoldTimer()
    next = setImmediate(endTurn)
  }
  let next = setImmediate(endTurn)
  try {
    const result = await act()
    return { result, ms: Math.max(ms, turnHeldMs()) }
  } finally {
    clearImmediate(next)
  }
}

/**
 * The shortest of some tries: a machine pauses now and then, and what is slow is so each time. Ends
 * at the first try within `enoughMs`.
 */
export async function shortestHoldMs(
  act: () => unknown,
  { tries = 5, enoughMs = 0 } = {},
): Promise<number> {
  let shortestMs = Infinity
  for (let n = 0; n < tries && shortestMs > enoughMs; n++) {
    const heldMs = startHoldTimer()
    await act()
    shortestMs = Math.min(shortestMs, heldMs())
  }
  return shortestMs
}

/** On a quiet core: see docs/security.md. */
export const maxHoldMs = 50

/** What `yardstick` takes on such a core. */
const quietYardstickMs = 12

const yardstickText = JSON.stringify(
  Array.from({ length: 10_000 }, (_, n) => ({ [`key${n}`]: [n, `${n}`] })),
)

/** Fixed work of the kind that requests and replies make: parsing, many small objects, texts. */
function yardstick(): number {
  const values = new Map<string, string>()
  for (const one of JSON.parse(yardstickText) as Record<string, unknown[]>[]) {
    for (const [key, value] of Object.entries(one)) values.set(key, value.join())
  }
  return values.size
}

/**
 * The limit on this core at this moment. The neighbours of a core slow a thread that runs, so what
 * is over the limit is compared with fixed work that is slowed as well.
 */
export async function holdLimitMs(heldMs: number): Promise<number> {
  if (heldMs <= maxHoldMs) return maxHoldMs
  const slowness = (await shortestHoldMs(yardstick)) / quietYardstickMs
  return maxHoldMs * Math.max(1, slowness)
}

/**
 * How long `act` holds the event loop, as a share of the limit at that moment: the least of some
 * rounds, since neighbours may come between the two measurements. Ends at the first one within it.
 */
export async function shareOfHoldLimit(act: () => unknown, rounds = 5): Promise<number> {
  let least = Infinity
  for (let n = 0; n < rounds && least > 1; n++) {
    const heldMs = await shortestHoldMs(act, { enoughMs: maxHoldMs })
    least = Math.min(least, heldMs / (await holdLimitMs(heldMs)))
  }
  return least
}
