/** Fields of a push, which are texts in XML and may be numbers in JSON. */
import { isObject } from './json.ts'

/** A text, or a number that is exact; `undefined` for all else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}

export function textOrEmpty(value: unknown): string {
  return textOf(value) ?? ''
}

/** One element or several; none where it is absent. `undefined`: something in it is no object. */
export function listOf(value: unknown): Record<string, unknown>[] | undefined {
  if (value === undefined || value === null || value === '') return []
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.every(isObject) ? list : undefined
}
