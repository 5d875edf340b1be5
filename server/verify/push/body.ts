/** The body of a push or of a reply: XML or JSON, as the app's settings at the platform say. */
import { pushLimits } from '../../rules/pushes.ts'
import { decodeText, parsePlatformJson, withoutBlanks } from '../../runtime/encoding.ts'

export type PushFormat = 'xml' | 'json'

export interface Body {
  format: PushFormat
  fields: Record<string, unknown>
}

/**
 * Looks at the bytes, not at the content type. `undefined`: neither format. Invalid bytes become
 * U+FFFD, so that a text that was cut in the middle of a character does not cost the whole push:
 * ids and signatures have no such character, and are refused with it.
 */
export function readBody(bytes: Uint8Array): Body | undefined {
  const text = withoutBlanks(decodeText(bytes))
  const format = formatOf(text)
  const fields = format === 'xml' ? readXml(text) : readJson(text)
  return fields && { format, fields }
}

export function formatOf(text: string): PushFormat {
  return text.trimStart().startsWith('<') ? 'xml' : 'json'
}

/**
 * Fields without nesting. In XML a text is in CDATA and a number is bare, as in the platform's
 * samples.
 */
export function writeBody(format: PushFormat, fields: Record<string, string | number>): string {
  if (format === 'json') return JSON.stringify(fields)
  const elements = Object.entries(fields).map(
    ([name, value]) => `<${name}>${typeof value === 'number' ? value : cdata(value)}</${name}>`,
  )
  return `<xml>${elements.join('')}</xml>`
}

function cdata(text: string): string {
  // CDATA has no escape for its end mark, so a text that holds one becomes two sections.
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** The fields of a JSON push, or `undefined`. A `MsgId` at the top level is always text. */
export function readJson(source: string): Record<string, unknown> | undefined {
  const fields = parsePlatformJson(source, { depth: pushLimits.depth })
  return typeof fields?.MsgId === 'number' ? { ...fields, MsgId: String(fields.MsgId) } : fields
}

type XmlValue = string | XmlValue[] | { [name: string]: XmlValue }

interface OpenElement {
  name: string
  text: string
  children: Map<string, XmlValue>
}

const declaration = /^<\?xml\s[^<>?]*\?>/

// Sticky and without nested repetition: linear time, and it stops at the first unknown character.
const tagName = '[A-Za-z_][\\w.-]*'
const piece = new RegExp(
  [
    '<!\\[CDATA\\[(?<verbatim>[^]*?)\\]\\]>',
    `<(?<open>${tagName})\\s*(?<empty>/?)>`,
    `</(?<close>${tagName})\\s*>`,
    '(?<text>[^<]+)',
  ].join('|'),
  'gy',
)

/**
 * The fields under `<xml>`, or `undefined`. An element is its text or an object of its children; a
 * repeated element is an array. Texts keep their spaces, and what XML forbids in a text costs no
 * push: a reference to a forbidden character becomes U+FFFD, and an ampersand that begins no
 * reference is read as it is.
 *
 * A parser of our own on purpose. A library reads attributes, namespaces, doctypes and entities,
 * and each must then be disabled before untrusted input; the maintained ones bring half a dozen
 * packages. This one refuses all structure that it does not know: attributes, comments, processing
 * instructions and doctypes. It skips a declaration `<?xml …?>` at the start.
 */
export function readXml(source: string): Record<string, XmlValue> | undefined {
  const document = element('')
  const path = [document]
  let readTo = 0
  const declared = declaration.exec(source)?.[0].length ?? 0
  for (const match of source.slice(declared).matchAll(piece)) {
    const { verbatim, open, empty, close, text } = match.groups ?? {}
    const here = path.at(-1)!
    readTo += match[0].length
    if (verbatim !== undefined) here.text += verbatim
    else if (text !== undefined) here.text += decodeReferences(text)
    else if (open !== undefined) {
      if (path.length > pushLimits.depth) return undefined
      if (empty) put(here, open, '')
      else path.push(element(open))
    } else {
      const value = valueOf(here)
      if (here.name !== close || value === undefined) return undefined
      path.pop()
      put(path.at(-1)!, close, value)
    }
  }
  if (declared + readTo !== source.length || path.length !== 1) return undefined
  const whole = valueOf(document)
  const root = isBranch(whole) && Object.keys(whole).length === 1 ? whole.xml : undefined
  return isBranch(root) ? root : undefined
}

function element(name: string): OpenElement {
  return { name, text: '', children: new Map() }
}

function put(parent: OpenElement, name: string, value: XmlValue): void {
  const before = parent.children.get(name)
  if (Array.isArray(before)) before.push(value)
  else parent.children.set(name, before === undefined ? value : [before, value])
}

/** `undefined`: text between children, which the platform never writes. */
function valueOf({ text, children }: OpenElement): XmlValue | undefined {
  if (children.size === 0) return text
  return text.trim() === '' ? Object.fromEntries(children) : undefined
}

function isBranch(value: XmlValue | undefined): value is Record<string, XmlValue> {
  return typeof value === 'object' && !Array.isArray(value)
}

const reference = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g
const predefined: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * The text between tags with its references replaced once. An entity that is not predefined stays
 * as written: those that a document declares itself let a few lines expand to gigabytes.
 */
export const decodeReferences = (text: string): string =>
  text.replaceAll(reference, (_, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return predefined[name]!
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
    return isCharacter(code) ? String.fromCodePoint(code) : '\uFFFD'
  })

/** XML 1.0 §2.2. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  if (code < 0x1_0000) return code < 0xd800 || (code > 0xdfff && code < 0xfffe)
  return code <= 0x10_ffff
}
