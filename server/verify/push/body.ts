/** The body of a push or of a reply, in the format that the app's settings at the platform chose. */
import { readJson } from './json.ts'
import { readXml } from './xml.ts'

export type PushFormat = 'xml' | 'json'

export interface Body {
  format: PushFormat
  fields: Record<string, unknown>
}

/** Looks at the bytes, not at the content type. `undefined`: neither format, or not UTF-8. */
export function readBody(bytes: Uint8Array): Body | undefined {
  const text = decodeUtf8(bytes)?.trim()
  if (!text) return undefined
  const format = formatOf(text)
  const fields = format === 'xml' ? readXml(text) : readJson(text)
  return fields && { format, fields }
}

export function formatOf(text: string): PushFormat {
  return text.trimStart().startsWith('<') ? 'xml' : 'json'
}

/** Flat. In XML a text goes into CDATA and a number stands bare, as the platform's samples have it. */
export function writeBody(format: PushFormat, fields: Record<string, string | number>): string {
  if (format === 'json') return JSON.stringify(fields)
  const elements = Object.entries(fields).map(
    ([name, value]) => `<${name}>${typeof value === 'number' ? value : cdata(value)}</${name}>`,
  )
  return `<xml>${elements.join('')}</xml>`
}

function cdata(text: string): string {
  // The end mark cannot be escaped within a section: it is cut in two.
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    // Fatal: replacement characters would make two different texts the same.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
