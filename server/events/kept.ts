/** What is kept of an event as it came: no ticket, no ciphertext, no right to send, no query of a page. */
import type { ReachEvent } from '../../shared/wire.ts'

const keptFields = ['at', 'shareId', 'parentShareId', 'from', 'title', 'scene', 'result', 'answers']
const pageFields = ['page', 'path']

export function keptJson(event: ReachEvent): string {
  const entries = Object.entries(event).flatMap(([name, value]): [string, unknown][] => {
    if (keptFields.includes(name)) return [[name, value]]
    return pageFields.includes(name) ? [[name, withoutQuery(String(value))]] : []
  })
  return JSON.stringify(Object.fromEntries(entries))
}

/** A query may name a person. */
export const withoutQuery = (page: string) => page.replace(/[?#].*$/s, '')
