import type { World } from './world'

/** Six characters of chance: 31 bits. */
const chance = (world: World): string =>
  Math.floor((1 + world.random()) * 36 ** 6)
    .toString(36)
    .slice(-6)

/**
 * Sixteen letters and digits, for events and shares alike. The first four turn with the clock, the rest is
 * chance: base libraries have no crypto, and some phones start Math.random from the same seed.
 */
export const createId = (world: World): string =>
  world.now().toString(36).slice(-4) + chance(world) + chance(world)

/** What the server takes for an id; a foreign word in the parameter of a path is none. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{8,64}$/.test(value)
