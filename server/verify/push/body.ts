/** The body of a push or of a reply: XML or JSON, as the app's settings at the platform say. */
import { pushLimits } from '../../rules/pushes.ts'
import { parseObject } from '../../runtime/encoding.ts'

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

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    // Fatal: replacement characters would make different texts equal.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * The fields of a JSON push, or `undefined`. A numeric `MsgId` at the top level becomes the text of
 * its digits: it exceeds 2^53, and JSON.parse would round two neighbours to the same message.
 */
export function readJson(source: string): Record<string, unknown> | undefined {
  const fields = parseObject(source)
  if (!fields) return undefined
  const { depth, msgId } = scan(source)
  if (depth > pushLimits.depth) return undefined
  return typeof fields.MsgId === 'number' ? { ...fields, MsgId: msgId } : fields
}

/** A token of JSON: a string, a mark, or a number or word. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gs

/**
 * Reads the tokens of a text that JSON.parse has accepted. A string is one token, so a `MsgId`
 * inside a message's text does not match. The last of duplicate keys counts, as in JSON.parse.
 */
function scan(source: string): { depth: number; msgId: string | undefined } {
  let level = 0
  let depth = 0
  let previous = ''
  let key = ''
  let msgId: string | undefined
  for (const [current] of source.matchAll(token)) {
    if (level === 1 && previous === ':' && key === 'MsgId') msgId = current
    if (current === '{' || current === '[') depth = Math.max(depth, ++level)
    else if (current === '}' || current === ']') level--
    else if (current === ':' && level === 1) key = String(JSON.parse(previous))
    previous = current
  }
  return { depth, msgId }
}

type XmlValue = string | XmlValue[] | { [name: string]: XmlValue }

interface OpenElement {
  name: string
  text: string
  children: Map<string, XmlValue>
}

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
 * repeated element is an array. Texts keep their spaces.
 *
 * A parser of our own on purpose. A library reads attributes, namespaces, doctypes and entities,
 * and each must then be disabled before untrusted input; the maintained ones bring half a dozen
 * packages. This one refuses all that it does not know: attributes, comments, processing
 * instructions, doctypes, and every entity that is not predefined.
 */
export function readXml(source: string): Record<string, XmlValue> | undefined {
  const document = element('')
  const path = [document]
  let readTo = 0
  for (const match of source.matchAll(piece)) {
    const { verbatim, open, empty, close, text } = match.groups ?? {}
    const here = path.at(-1)!
    readTo += match[0].length
    if (verbatim !== undefined) here.text += verbatim
    else if (text !== undefined) {
      const decoded = decodeReferences(text)
      if (decoded === undefined) return undefined
      here.text += decoded
    } else if (open !== undefined) {
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
  if (readTo !== source.length || path.length !== 1) return undefined
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
 * The text between tags with its references replaced once. `undefined`: a character that XML
 * forbids, `]]>`, or an ampersand that begins no predefined or numeric reference. Entities that a
 * document declares itself let a few lines expand to gigabytes.
 */
function decodeReferences(text: string): string | undefined {
  if (text.includes(']]>') || text.replaceAll(reference, '').includes('&')) return undefined
  let legal = true
  const decoded = text.replaceAll(reference, (_, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return predefined[name]!
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
    if (isCharacter(code)) return String.fromCodePoint(code)
    legal = false
    return ''
  })
  return legal ? decoded : undefined
}

/** XML 1.0 §2.2. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  if (code < 0x1_0000) return code < 0xd800 || (code > 0xdfff && code < 0xfffe)
  return code <= 0x10_ffff
}
