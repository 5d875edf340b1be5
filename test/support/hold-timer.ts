/**
 * How long the event loop was held. On a machine with other work this is neither the time that
 * passed nor, with threads beside, the processor's time; but it is at most the smaller one.
 */
export function startHoldTimer(): () => number {
  const loop = performance.eventLoopUtilization()
  const processor = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(processor)
    return Math.min((user + system) / 1_000, performance.eventLoopUtilization(loop).active)
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
