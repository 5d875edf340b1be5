/** The content of a customer-service message: checked by the platform's rules and composed. */
import type {
  CustomerContent,
  CustomerText,
  CustomerTextLink,
  FieldError,
} from '../../shared/wire/index.ts'
import { linkEndings, scriptEndings } from '../rules/media.ts'
import { maxMessageText } from '../rules/requests.ts'
import { pageProblem } from '../verify/page-path.ts'
import { decodeReferences } from '../verify/push/body.ts'
import { isValue } from '../verify/values.ts'
import type { ComposedContent } from '../wechat/messages.ts'

type Composed<T> = { ok: true; value: T } | { ok: false; errors: FieldError[] }

/** The message as WeChat gets it, or the fields for which WeChat would refuse it (seeds/000). */
export function composeContent(message: CustomerContent, appId: string): Composed<ComposedContent> {
  switch (message.msgtype) {
    case 'text': {
      const text = composeText(message.text, appId)
      if (!text.ok) return text
      return { ok: true, value: { msgtype: 'text', text: { content: text.value } } }
    }
    case 'image': {
      const { media_id } = message.image
      return checked({ msgtype: 'image', image: { media_id } }, '/image', {
        media_id: mediaProblem(media_id),
      })
    }
    case 'link': {
      const { title, description, url, thumb_url } = message.link
      return checked({ msgtype: 'link', link: { title, description, url, thumb_url } }, '/link', {
        title: emptiness(title),
        description: emptiness(description),
        url: hrefProblem(url),
        thumb_url: hrefProblem(thumb_url),
      })
    }
    case 'miniprogrampage': {
      const { title, pagepath, thumb_media_id, appid = appId } = message.miniprogrampage
      const card = { title, pagepath, thumb_media_id }
      const isOwn = appid === appId
      return checked({ msgtype: 'miniprogrampage', miniprogrampage: card }, '/miniprogrampage', {
        title: emptiness(title),
        pagepath: pageProblem(pagepath),
        thumb_media_id: mediaProblem(thumb_media_id),
        appid: isOwn ? undefined : `must be ${appId}: a card opens the mini-program that sends it`,
      })
    }
    default:
      return message satisfies never
  }
}

/**
 * What WeChat takes and shows badly; empty: nothing. A link's picture is JPG or PNG (seeds/000
 * picurl).
 */
export function contentWarnings(message: CustomerContent): FieldError[] {
  if (message.msgtype !== 'link') return []
  const ending = endingOf(message.link.thumb_url)
  if (ending === undefined || [...linkEndings, ...scriptEndings].includes(ending)) return []
  const why = `ends in .${ending}: WeChat shows JPG and PNG`
  return [{ path: '/link/thumb_url', message: why }]
}

/** The ending of the file that an address names, in lower case; `undefined`: none. */
const endingOf = (href: string): string | undefined =>
  /\.([a-z][a-z\d]{1,4})$/i.exec(new URL(href).pathname)?.[1]?.toLowerCase()

function checked(
  value: ComposedContent,
  at: string,
  problems: Record<string, string | undefined>,
): Composed<ComposedContent> {
  const errors = fieldErrors(at, problems)
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value }
}

const fieldErrors = (at: string, problems: Record<string, string | undefined>): FieldError[] =>
  Object.entries(problems).flatMap(([field, message]) =>
    message === undefined ? [] : [{ path: `${at}/${field}`, message }],
  )

/**
 * The `content` of a text, with links into the mini-program (seeds/000 发送文本消息). Parts are escaped
 * and joined without a space; a handwritten `content` is sent unchanged. Refused with the field: an
 * empty text, an empty link, an invalid path or href, and an appid other than `appId`; the path and
 * the appid also within a handwritten `content` (seeds/000 说明 2 and 4).
 */
export function composeText(text: CustomerText, appId: string): Composed<string> {
  return 'parts' in text ? fromParts(text.parts, appId) : handwritten(text.content, appId)
}

function fromParts(
  parts: Extract<CustomerText, { parts: unknown }>['parts'],
  appId: string,
): Composed<string> {
  const text = parts.map((part) => (typeof part === 'string' ? part : part.text)).join('')
  if (text.trim() === '') return refused([{ path: '/text/parts', message: 'hold no text' }])
  const errors = parts.flatMap((part, index) =>
    typeof part === 'string' ? [] : linkErrors(part, appId, `/text/parts/${index}`),
  )
  if (errors.length > 0) return refused(errors)
  const content = parts.map((part) =>
    typeof part === 'string' ? escapeHtml(part) : anchor(part, appId),
  )
  const value = content.join('')
  if (value.length <= maxMessageText) return { ok: true, value }
  const message = `hold more than ${maxMessageText} characters with their links`
  return refused([{ path: '/text/parts', message }])
}

function handwritten(content: string, appId: string): Composed<string> {
  if (content.trim() === '') return refused([{ path: '/text/content', message: 'is empty' }])
  const problem = anchors(content)
    .map((attributes) => anchorProblem(attributes, appId))
    .find((message) => message !== undefined)
  if (problem === undefined) return { ok: true, value: content }
  return refused([{ path: '/text/content', message: problem }])
}

function anchorProblem(attributes: Attribute[], appId: string): string | undefined {
  const valuesOf = (wanted: string) =>
    attributes.filter(({ name }) => name === wanted).map(({ value }) => value)
  const appIds = valuesOf('data-miniprogram-appid')
  const paths = valuesOf('data-miniprogram-path')
  // Compared without decoding entities: an appid has no character that needs one.
  if (appIds.some((value) => value !== appId)) {
    return `data-miniprogram-appid ${mustBeOwn(appId)}`
  }
  if (appIds.length > 0 && paths.length === 0) {
    return 'data-miniprogram-path is missing: name the page that the link opens'
  }
  const problem = paths
    .map((path) => pageProblem(decodeReferences(path)))
    .find((message) => message !== undefined)
  return problem && `data-miniprogram-path ${problem}`
}

const refused = (errors: FieldError[]): Composed<string> => ({ ok: false, errors })

function linkErrors(link: CustomerTextLink, appId: string, at: string): FieldError[] {
  return fieldErrors(at, {
    text: link.text.trim() === '' ? 'is empty: there is nothing to tap' : undefined,
    path: pageProblem(link.path),
    appId: link.appId === undefined || link.appId === appId ? undefined : mustBeOwn(appId),
    href: link.href === undefined ? undefined : hrefProblem(link.href),
  })
}

const mustBeOwn = (appId: string) =>
  `must be ${appId}: a text links only into the mini-program that sends it`

/** The attributes are in the order of the platform's page. */
function anchor({ text, path, href }: CustomerTextLink, appId: string): string {
  // Older versions of WeChat open the href (seeds/000 说明 3).
  const fallback = href === undefined ? '' : ` href="${escapeHtml(href)}"`
  const target = `data-miniprogram-appid="${appId}" data-miniprogram-path="${escapeHtml(path)}"`
  return `<a${fallback} ${target}>${escapeHtml(text)}</a>`
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** For text and for attribute values in double quotes. */
const escapeHtml = (text: string) => text.replaceAll(/[&<>"]/g, (mark) => entities[mark]!)

interface Attribute {
  /** In lower case. */
  name: string
  /** As written, entities not decoded. */
  value: string
}

const anchorStart = /<a(?=[\s/])/gi
/** A name may begin with `=`, as in browsers. */
const attribute =
  /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\s>"'][^\s>]*)))?/y

/**
 * The attributes of every `<a …>`, read as a browser reads them: any case, any quotes or none,
 * spaces around `=`, a `>` between quotes, a missing end. All outside a tag is text. Reads each
 * character once.
 */
function anchors(html: string): Attribute[][] {
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

const emptiness = (text: string) => (text.trim() === '' ? 'is empty' : undefined)

/** What is wrong with the id of an uploaded image. */
const mediaProblem = (mediaId: string) =>
  emptiness(mediaId) ??
  (isValue('mediaId', mediaId) ? undefined : 'is no media_id: use the one of POST /v1/media')

/** What is wrong with a web address. */
function hrefProblem(href: string): string | undefined {
  const { protocol } = URL.canParse(href) ? new URL(href) : { protocol: '' }
  if (!/^https?:$/.test(protocol)) return 'must be an address that begins with https:// or http://'
  return /[\s\p{Cc}]/u.test(href) ? 'holds a space or a control character: encode it' : undefined
}
