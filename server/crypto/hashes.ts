import { hash } from 'node:crypto'
import type { Random } from '../runtime/world.ts'

export const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer')

/** The same request gives the same bytes, in whatever order its fields came. */
export const hashOfRequest = (value: unknown): Buffer => sha256(JSON.stringify(sorted(value)))

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const fields = value as Record<string, unknown>
  const names = Object.keys(fields).sort()
  return Object.fromEntries(names.map((name) => [name, sorted(fields[name])]))
}

const tokenBytes = 32

/** A session token: random, and made from nothing else, so that it tells nothing and outlives no key. */
export function makeToken(random: Random): string {
  return random(tokenBytes).toString('base64url')
}

/** What is stored of a token. It is random, so one fast pass is enough. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
