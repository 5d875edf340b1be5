/** What is kept of an event as it came: no ticket, no ciphertext, no right to send, no query of a page. */
import type { ReachEvent } from '../../shared/wire.ts'

const fields = {
  'form.submitted': ['at', 'page'],
  'payment.made': ['at'],
  'subscription.answered': ['at', 'answers'],
  'share.started': ['at', 'shareId', 'parentShareId', 'from', 'title', 'page', 'path'],
  'share.finished': ['at', 'shareId', 'result'],
  'share.opened': ['at', 'shareId', 'scene', 'page'],
} as const satisfies Record<ReachEvent['type'], readonly string[]>

type Fields = Partial<Record<(typeof fields)[ReachEvent['type']][number], unknown>>

/** Written piece by piece: it is done for each event, and an object to write at once would be made for nothing else. */
export function keptJson(event: ReachEvent): string {
  let json = ''
  for (const name of fields[event.type]) {
    const value = (event as Fields)[name]
    if (value === undefined) continue
    const kept = name === 'page' || name === 'path' ? withoutQuery(String(value)) : value
    json += `${json === '' ? '{' : ','}"${name}":${typeof kept === 'number' ? kept : JSON.stringify(kept)}`
  }
  return `${json === '' ? '{' : json}}`
}

/** A query may name a person. */
export function withoutQuery(page: string): string {
  const end = page.search(/[?#]/)
  return end === -1 ? page : page.slice(0, end)
}
