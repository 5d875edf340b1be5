import { hash } from 'node:crypto'
import type { Random } from '../world.ts'

const tokenBytes = 32

/** A session token: random, and made from nothing else, so that it tells nothing and outlives no key. */
export function makeToken(random: Random): string {
  return random(tokenBytes).toString('base64url')
}

/** What is stored of a token. It is random, so one fast pass is enough. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
