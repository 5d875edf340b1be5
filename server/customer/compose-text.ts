/** The text of a customer-service message, with links into the mini-program (seeds/000 发送文本消息). */
import type { CustomerText, CustomerTextLink, FieldError } from '../../shared/wire.ts'
import type { Decoded } from '../schemas/schema.ts'
import { anchors, escapeHtml } from './html.ts'
import { hrefProblem, pathProblem } from './addresses.ts'

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
