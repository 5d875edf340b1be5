import { hash } from 'node:crypto'

export const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer')

/** The same request gives the same bytes, in whatever order its fields came. */
export function hashOfRequest(value: unknown): Buffer {
  return sha256(JSON.stringify(value, sorted))
}

function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
