import type { Fields } from './fields.ts'

/** A form-urlencoded body. A name that comes again, or ends as `kidList[]` or `kidList[0]`, is a list. */
export function parseForm(body: string): Fields {
  const fields = new Map<string, string | string[]>()
  for (const [sent, value] of new URLSearchParams(body)) {
    const name = sent.replace(/\[\d*\]$/, '')
    const before = fields.get(name)
    const list = before !== undefined || name !== sent
    fields.set(name, list ? [...[before ?? []].flat(), value] : value)
  }
  return Object.fromEntries(fields)
}
