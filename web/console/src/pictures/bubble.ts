/** What a bubble of a customer-service chat shows, from the platform's own messages. */

export interface TextPart {
  text: string
  /** Of a link into the mini-program, or of a web address. */
  link?: string
}

export type Bubble =
  | { kind: 'text'; parts: TextPart[] }
  | { kind: 'image'; src?: string }
  | { kind: 'link'; title: string; description: string; url: string }
  | { kind: 'card'; title: string; path: string }
  /** A kind that is not drawn: its name. */
  | { kind: 'other'; name: string }

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Of a message that was sent: the body of the platform's call, or the request of our API. */
export function bubbleOfMessage(message: Fields): Bubble {
  const { msgtype } = message
  switch (msgtype) {
    case 'text':
      return { kind: 'text', parts: partsOfText(fieldsOf(message.text)) }
    case 'image':
      return { kind: 'image' }
    case 'link': {
      const { title, description, url } = fieldsOf(message.link)
      return {
        kind: 'link',
        title: textOf(title),
        description: textOf(description),
        url: textOf(url),
      }
    }
    case 'miniprogrampage': {
      const { title, pagepath } = fieldsOf(message.miniprogrampage)
      return { kind: 'card', title: textOf(title), path: textOf(pagepath) }
    }
    default:
      return { kind: 'other', name: textOf(msgtype) }
  }
}

function partsOfText({ content, parts }: Fields): TextPart[] {
  if (!Array.isArray(parts)) return textParts(textOf(content))
  return parts.map((part: unknown) => {
    if (typeof part === 'string') return { text: part }
    const { text, path } = fieldsOf(part)
    return { text: textOf(text), link: textOf(path) }
  })
}

const anchor = /<a\s([^>]*)>(.*?)<\/a\s*>/gis
const attribute = /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g

/** A text with `<a …>` in it, as parts: the links are the platform's own markup. */
export function textParts(content: string): TextPart[] {
  const parts: TextPart[] = []
  let at = 0
  for (const found of content.matchAll(anchor)) {
    const [whole, attributes = '', text = ''] = found
    if (found.index > at) parts.push({ text: decoded(content.slice(at, found.index)) })
    parts.push({ text: decoded(text), link: targetOf(attributes) })
    at = found.index + whole.length
  }
  if (at < content.length) parts.push({ text: decoded(content.slice(at)) })
  return parts
}

/** The page of the mini-program; older phones open the `href`. */
function targetOf(attributes: string): string {
  const values = Object.fromEntries(
    [...attributes.matchAll(attribute)].map(([, name, double, single, bare]) => [
      name!.toLowerCase(),
      decoded(double ?? single ?? bare ?? ''),
    ]),
  )
  return values['data-miniprogram-path'] ?? values.href ?? ''
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }
const decoded = (text: string) =>
  text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name]!)
