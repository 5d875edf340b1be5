import { hash } from 'node:crypto'

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
