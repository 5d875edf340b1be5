import { hash } from 'node:crypto'
import { canonicalJson } from '../runtime/json.ts'
import type { Random } from '../runtime/world.ts'

export const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer')

/** Equal for equal requests, in whatever order their fields came. */
export const hashOfRequest = (value: unknown): Buffer => sha256(canonicalJson(value))

const tokenBytes = 32

/** A session token: random, and made from nothing else, so that it tells nothing and outlives no key. */
export function makeToken(random: Random): string {
  return random(tokenBytes).toString('base64url')
}

/** What is stored of a token. It is random, so one fast pass is enough. */
export function hashToken(token: string): Buffer {
  return sha256(token)
}
