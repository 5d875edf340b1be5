/** How long to wait after failures: doubling, capped, and fully random below that, so that phones spread out. */
import type { World } from './world'

const firstMs = 2000
const longestMs = 300_000

export const backoffMs = (failures: number, world: World): number =>
  world.random() * Math.min(longestMs, firstMs * 2 ** (failures - 1))
