import type { World } from './world'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * Sixteen URL-safe characters, for events and shares alike. The first four turn with the clock, the rest is
 * chance (72 bits): base libraries have no crypto, and some phones start Math.random from the same seed.
 */
export function createId(world: World): string {
  let id = ''
  for (let i = 0, time = world.now(); i < 16; i++, time = Math.floor(time / 64)) {
    id += alphabet.charAt(i < 4 ? time % 64 : Math.floor(world.random() * 64))
  }
  return id
}

/** What the server takes for an id; a foreign word in the parameter of a path is none. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{8,64}$/.test(value)
