import type { Random } from '../world.ts'

/**
 * A scene of ours, behind which a payload is kept: 22 letters, digits, `-` and `_`, which every edition takes.
 * 128 random bits, so that nobody finds the payloads of others by guessing.
 */
export const createSceneId = (random: Random): string => random(16).toString('base64url')

/** Whether a scene could be one of ours. */
export const looksLikeSceneId = (scene: string): boolean => /^[\w-]{22}$/.test(scene)
