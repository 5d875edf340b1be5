/** What is kept of an event as it came: no ticket, no ciphertext, no right to send, no query of a page. */
import type { ReachEvent } from '../../shared/wire.ts'

const keptFields = ['at', 'shareId', 'parentShareId', 'from', 'title', 'scene', 'result', 'answers']
const pageFields = ['page', 'path']

export function keptJson(event: ReachEvent): string {
  const given = event as unknown as Record<string, unknown>
  const kept: Record<string, unknown> = {}
  for (const name of keptFields) if (given[name] !== undefined) kept[name] = given[name]
  for (const name of pageFields) {
    if (given[name] !== undefined) kept[name] = withoutQuery(String(given[name]))
  }
  return JSON.stringify(kept)
}

/** A query may name a person. */
export const withoutQuery = (page: string) => page.replace(/[?#].*$/s, '')
