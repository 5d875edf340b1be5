/** The codes that the sandbox has made, which the user can scan. */
import { element } from '../dom.ts'
import { entryOptions, splitUrl, type PhoneView } from './phone-view.ts'
import type { World } from './world.ts'

export interface Code {
  /** `scan`: 小程序码; `qr`: 小程序二维码. */
  kind: 'scan' | 'qr'
  /** The page with its query. */
  url: string
}

interface ApiCall {
  path: string
  status: number | null
  body: { page?: string; scene?: string; path?: string } | string | null
  reply: unknown
}

/** As the list of calls tells it: the newest first. */
export async function readCodes(world: World): Promise<Code[]> {
  const { calls } = await world.sandbox
    .get<{ calls: ApiCall[] }>('calls')
    .catch(() => ({ calls: [] }))
  const codes = calls.flatMap(({ path, body, reply }): Code[] => {
    if (typeof body !== 'object' || body === null || hasErrcode(reply)) return []
    if (path === '/wxa/getwxacodeunlimit') {
      const page = (body.page || world.settings.pages[0]!).replace(/^\//, '')
      return [{ kind: 'scan', url: `${page}?scene=${encodeURIComponent(body.scene ?? '')}` }]
    }
    if (path === '/wxa/getwxacode') return [{ kind: 'scan', url: body.path ?? '' }]
    if (path === '/cgi-bin/wxaapp/createwxaqrcode') return [{ kind: 'qr', url: body.path ?? '' }]
    return []
  })
  return codes.reverse()
}

const hasErrcode = (reply: unknown): boolean =>
  typeof reply === 'object' && reply !== null && Boolean((reply as { errcode?: number }).errcode)

export function scan(phone: PhoneView, { kind, url }: Code): void {
  if (phone.isScanning()) return phone.scanned(url.replace(/^\//, ''))
  const { path, query } = splitUrl(url)
  phone.open({ options: entryOptions(path, query, kind === 'scan' ? 1047 : 1011) })
}

export function drawScanner(world: World, phone: PhoneView, codes: readonly Code[]): Node[] {
  const words = world.words()
  const field = element('input', {
    attributes: { placeholder: words.path, 'aria-label': words.path },
  })
  const form = element(
    'form',
    { class: 'line' },
    field,
    element('button', { class: 'primary', text: words.scan }),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (field.value !== '') scan(phone, { kind: 'scan', url: field.value })
  })
  return [
    ...(phone.isScanning() ? [element('p', { class: 'hint', text: words.scanWaiting })] : []),
    ...(codes.length === 0 ? [element('p', { class: 'empty', text: words.noCodes })] : []),
    ...codes.map((code) =>
      element(
        'div',
        { class: 'row' },
        element('code', { text: code.url }),
        element('button', { text: words.scan, onClick: () => scan(phone, code) }),
      ),
    ),
    form,
  ]
}
