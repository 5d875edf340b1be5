/**
 * A strict reader of the platform's flat XML. Not a library: those read attributes, namespaces, doctypes and entities,
 * each of which must then be switched off, and the well-kept ones bring half a dozen packages. What this does not
 * know, it refuses: attributes, comments, processing instructions, doctypes, any entity that is not predefined.
 */
import { pushLimits } from './settings.ts'
import { decodeReferences } from './xml-references.ts'

export type XmlValue = string | XmlValue[] | { [name: string]: XmlValue }

interface OpenElement {
  name: string
  text: string
  children: Map<string, XmlValue>
}

// Sticky and without nested repetition: it stops at the first character that it cannot read, in linear time.
const piece =
  /<!\[CDATA\[(?<verbatim>[^]*?)\]\]>|<(?<open>[A-Za-z_][\w.-]*)\s*(?<empty>\/?)>|<\/(?<close>[A-Za-z_][\w.-]*)\s*>|(?<text>[^<]+)/gy

/**
 * The fields under `<xml>`, or `undefined`. An element is its text, or an object of its children; one that is repeated is
 * an array. Texts are kept as they are, spaces included.
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
