/** The little HTML that a text message holds. */

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** For text and for values between double quotes. */
export const escapeHtml = (text: string) => text.replaceAll(/[&<>"]/g, (mark) => entities[mark]!)

export interface Attribute {
  /** In lower case. */
  name: string
  /** As it stands there, entities included. */
  value: string
}

const anchorStart = /<a(?=[\s/])/gi
/** A `=` may begin a name: a browser goes on after it, and so must we. */
const attribute =
  /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\s>"'][^\s>]*)))?/y

/**
 * The attributes of every `<a …>`, in the way of a browser: any case, any quotes or none, spaces around `=`, a `>`
 * between quotes, an end that is missing. What stands outside of a tag is text. Reads each character once.
 */
export function anchors(html: string): Attribute[][] {
  const found: Attribute[][] = []
  let at = 0
  for (;;) {
    anchorStart.lastIndex = at
    const start = anchorStart.exec(html)
    if (!start) return found
    const attributes: Attribute[] = []
    at = start.index + start[0].length
    for (const match of attributesFrom(html, at)) {
      const [whole, name = '', double, single, bare] = match
      attributes.push({ name: name.toLowerCase(), value: double ?? single ?? bare ?? '' })
      at = match.index + whole.length
    }
    found.push(attributes)
  }
}

function* attributesFrom(html: string, start: number): Generator<RegExpExecArray> {
  attribute.lastIndex = start
  for (let match = attribute.exec(html); match; match = attribute.exec(html)) yield match
}
