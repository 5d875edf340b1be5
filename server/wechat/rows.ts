import type { JsonObject } from './http.ts'

/** The rows of a list, each decoded; what is not a row is left out. `undefined`: there is no list. */
export function rowsOf<Row>(
  list: unknown,
  decode: (row: JsonObject) => Row | undefined,
): Row[] | undefined {
  if (!Array.isArray(list)) return undefined
  return (list as unknown[]).flatMap((row) => {
    const decoded = typeof row === 'object' && row !== null ? decode(row as JsonObject) : undefined
    return decoded === undefined ? [] : [decoded]
  })
}

/** Text where the page promises text; the platform also sends numbers there, and leaves fields out. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** A whole number, also where the platform sends it as text. */
export function wholeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}
