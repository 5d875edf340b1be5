import type {
  CustomerContent,
  FieldError,
  CustomerText,
  CustomerTextLink,
} from '../../shared/wire/index.ts'
import type { Decoded } from '../http/schemas/schema.ts'
import type { ComposedContent } from '../wechat/messages.ts'

/** What goes out for what an operator wrote, or the fields at which WeChat would refuse it (seeds/000). */
export function composeContent(message: CustomerContent, appId: string): Decoded<ComposedContent> {
  switch (message.msgtype) {
    case 'text': {
      const text = composeText(message.text, appId)
      if (!text.ok) return text
      return { ok: true, value: { msgtype: 'text', text: { content: text.value } } }
    }
    case 'image': {
      const { media_id } = message.image
      return checked({ msgtype: 'image', image: { media_id } }, '/image', {
        media_id: emptiness(media_id),
      })
    }
    case 'link': {
      const { title, description, url, thumb_url } = message.link
      return checked({ msgtype: 'link', link: { title, description, url, thumb_url } }, '/link', {
        title: emptiness(title),
        url: hrefProblem(url),
        thumb_url: hrefProblem(thumb_url),
      })
    }
    case 'miniprogrampage': {
      const { title, pagepath, thumb_media_id, appid = appId } = message.miniprogrampage
      const card = { title, pagepath, thumb_media_id }
      return checked({ msgtype: 'miniprogrampage', miniprogrampage: card }, '/miniprogrampage', {
        title: emptiness(title),
        pagepath: pathProblem(pagepath),
        thumb_media_id: emptiness(thumb_media_id),
        appid:
          appid === appId
            ? undefined
            : `must be ${appId}: a card opens the mini-program that sends it`,
      })
    }
    default:
      return message satisfies never
  }
}

const emptiness = (text: string) => (text.trim() === '' ? 'is empty' : undefined)

function checked(
  value: ComposedContent,
  at: string,
  problems: Record<string, string | undefined>,
): Decoded<ComposedContent> {
  const errors = Object.entries(problems).flatMap(([field, message]): FieldError[] =>
    message === undefined ? [] : [{ path: `${at}/${field}`, message }],
  )
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value }
}

/** The text of a customer-service message, with links into the mini-program (seeds/000 发送文本消息). */

/**
 * The `content` to send. Parts are escaped and joined without a space between; a handwritten `content` stays as it is.
 * Refused with the field: an empty text, an empty link, a path or href that cannot be one, and an appid that
 * is not `appId`, also within a handwritten `content` (seeds/000 说明 4).
 */
export function composeText(text: CustomerText, appId: string): Decoded<string> {
  return 'parts' in text ? fromParts(text.parts, appId) : handwritten(text.content, appId)
}

const foreign = (appId: string) =>
  `must be ${appId}: a text links only into the mini-program that sends it`

function handwritten(content: string, appId: string): Decoded<string> {
  if (content.trim() === '') return refused([{ path: '/text/content', message: 'is empty' }])
  const named = anchors(content)
    .flat()
    .filter(({ name }) => name === 'data-miniprogram-appid')
  // Compared as it stands there: an appid holds nothing that would need an entity.
  if (named.every(({ value }) => value === appId)) return { ok: true, value: content }
  const message = `data-miniprogram-appid ${foreign(appId)}`
  return refused([{ path: '/text/content', message }])
}

function fromParts(
  parts: Extract<CustomerText, { parts: unknown }>['parts'],
  appId: string,
): Decoded<string> {
  const written = parts.map((part) => (typeof part === 'string' ? part : part.text)).join('')
  if (written.trim() === '') return refused([{ path: '/text/parts', message: 'hold no text' }])
  const errors = parts.flatMap((part, index) =>
    typeof part === 'string' ? [] : linkErrors(part, appId, `/text/parts/${index}`),
  )
  if (errors.length > 0) return refused(errors)
  const content = parts.map((part) =>
    typeof part === 'string' ? escapeHtml(part) : anchor(part, appId),
  )
  return { ok: true, value: content.join('') }
}

function linkErrors(link: CustomerTextLink, appId: string, at: string): FieldError[] {
  const problems = {
    text: link.text.trim() === '' ? 'is empty: there is nothing to tap' : undefined,
    path: pathProblem(link.path),
    appId: link.appId === undefined || link.appId === appId ? undefined : foreign(appId),
    href: link.href === undefined ? undefined : hrefProblem(link.href),
  }
  return Object.entries(problems).flatMap(([field, message]) =>
    message === undefined ? [] : [{ path: `${at}/${field}`, message }],
  )
}

/** The page's own order of attributes. */
function anchor({ text, path, href }: CustomerTextLink, appId: string): string {
  // Older versions of WeChat follow the href (seeds/000 说明 3).
  const fallback = href === undefined ? '' : ` href="${escapeHtml(href)}"`
  const target = `data-miniprogram-appid="${appId}" data-miniprogram-path="${escapeHtml(path)}"`
  return `<a${fallback} ${target}>${escapeHtml(text)}</a>`
}

const refused = (errors: FieldError[]): Decoded<string> => ({ ok: false, errors })

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

/** Where links and cards lead. Each function names what is wrong; `undefined`: nothing. */

const maxPath = 1024

/** A page of the mini-program as app.json names it, a query allowed (seeds/000 说明 2). */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (path.startsWith('/')) return 'must not begin with a slash: write it as in app.json'
  if (/[\s\p{Cc}]/u.test(path)) return 'holds a space or a control character: encode it'
  if (path.length > maxPath) return `is longer than ${maxPath} characters`
  return undefined
}

/** An address of the web. */
export function hrefProblem(href: string): string | undefined {
  const { protocol } = URL.canParse(href) ? new URL(href) : { protocol: '' }
  if (!/^https?:$/.test(protocol)) return 'must be an address that begins with https:// or http://'
  return /[\s\p{Cc}]/u.test(href) ? 'holds a space or a control character: encode it' : undefined
}
