/** SHA-256 digests, and the random tokens of sessions. */
import { hash } from 'node:crypto'
import { canonicalJson } from '../runtime/json.ts'
import type { Random } from '../runtime/world.ts'

/** Also what is stored of a session token: it is random, so one fast pass is enough. */
export const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer')

/** The same request gives the same bytes, in whatever order its fields came. */
export const hashOfRequest = (value: unknown): Buffer => sha256(canonicalJson(value))

const tokenBytes = 32

/**
 * A session token: random and derived from nothing, so that it reveals no key and outlives none.
 */
export const makeToken = (random: Random): string => random(tokenBytes).toString('base64url')
