/** The three kinds of codes (seeds/004): A and C for a path, counted together; B for a scene. */
import { black, type Colour } from '../picture/bitmap.ts'
import { drawQrCode, type QrStyle } from '../picture/qr-picture.ts'
import type { Account } from '../state/account.ts'
import { isRefusal, members, refuse, text, whole } from './endpoint.ts'
import type { Endpoint, Fields, FileReply, Refusal } from './endpoint.ts'

// `malformed`, three times: a form is not accepted (seeds/004 Bug & Tip 4). The errcode is the one
// whose errmsg mentions it.

/** A: a code for a path (seeds/004 接口A). */
export const getWxaCode: Endpoint = {
  method: 'POST',
  path: '/wxa/getwxacode',
  needs: 'token',
  malformed: 40159,
  handle(body, account) {
    const path = readPath(body, 'path', account)
    if (isRefusal(path)) return path
    const style = readStyle(body, account)
    if (isRefusal(style)) return style
    const envVersion = readVersion(body, account)
    if (!envVersion) return refuse(40097)
    const content = { kind: 'path', appId: account.appId, ...path, envVersion }
    return countLasting(drawCode(content, style), account)
  },
}

/**
 * B: a code for a scene, limited by the minute (seeds/004 接口B). Every call counts, and the limit is
 * checked before the fields. It ignores a `path`.
 */
export const getWxaCodeUnlimit: Endpoint = {
  method: 'POST',
  path: '/wxa/getwxacodeunlimit',
  needs: 'token',
  malformed: 40169,
  rate: ({ codeCalls }) => ({ calls: codeCalls.limit(), seconds: 60 }),
  admit: ({ codeCalls }) => (codeCalls.spend() ? undefined : refuse(45009)),
  handle(body, account) {
    const { characters, pattern } = account.limits().scene
    const scene = text(body['scene'])
    if (scene === undefined || scene.length > characters) return refuse(40169)
    if (!pattern.test(scene)) return refuse(40129)
    const page = readPage(body, account)
    if (isRefusal(page)) return page
    const style = readStyle(body, account)
    if (isRefusal(style)) return style
    const envVersion = readVersion(body, account)
    if (!envVersion) return refuse(40097)
    return drawCode({ kind: 'scene', appId: account.appId, ...page, scene, envVersion }, style)
  },
}

/** C: a QR code for a path (seeds/004 接口C). Colours have no effect (Bug & Tip 5). */
export const createWxaQrcode: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxaapp/createwxaqrcode',
  needs: 'token',
  malformed: 40159,
  handle(body, account) {
    const path = readPath(body, 'qrcode', account)
    if (isRefusal(path)) return path
    const width = readWidth(body, account)
    if (width === undefined) return refuse(40097)
    const style = { width, colour: black, transparent: false }
    return countLasting(drawCode({ kind: 'qrcode', appId: account.appId, ...path }, style), account)
  },
}

/** The limit of A and C together is on the codes that were made, not on the calls. */
function countLasting(code: FileReply | Refusal, { lastingCodes }: Account) {
  if ('errcode' in code) return code
  return lastingCodes.spend() ? code : refuse(45029)
}

function drawCode(content: object, style: QrStyle): FileReply | Refusal {
  const drawn = drawQrCode(JSON.stringify(content), style)
  if (!drawn) return refuse(40097)
  return { ...drawn, fileName: drawn.contentType === 'image/png' ? 'QRCode.png' : 'QRCode.jpeg' }
}

/** Drops a leading slash: the page of the codes forbids it for B alone. */
function readPath(
  body: Fields,
  kind: 'path' | 'qrcode',
  account: Account,
): { path: string } | Refusal {
  const { path } = body
  // The limit counts bytes (seeds/004): 128 bytes are 42 Chinese characters.
  if (typeof path !== 'string' || path === '') return refuse(40159)
  if (Buffer.byteLength(path) > account.limits().pathBytes[kind]) return refuse(40159)
  const target = path.replace(/^\//, '')
  if (/[?&]scancode_time=/.test(target)) return refuse(85096)
  return account.pages.exists(target) ? { path: target } : refuse(41030)
}

/** Without a page, B opens the home page; `page` is absent while no home page was set. */
function readPage(body: Fields, { pages, edition }: Account): { page?: string } | Refusal {
  const page = body['page'] ?? ''
  if (typeof page !== 'string' || page.startsWith('/') || page.includes('?')) return refuse(41030)
  const { published = true } = pages.current()
  const checked = edition === '2018' || body['check_path'] !== false
  if (page === '') {
    if (checked && !published) return refuse(41030)
    const home = pages.home()
    return home === undefined ? {} : { page: home }
  }
  return !checked || pages.exists(page) ? { page } : refuse(41030)
}

const versions = ['release', 'trial', 'develop'] as const

/** The version that a code or a link opens. `undefined`: unknown. Edition 2018 has no choice. */
export function readVersion(body: Fields, account: Account): (typeof versions)[number] | undefined {
  if (account.edition === '2018') return 'release'
  const requested = body['env_version'] ?? 'release'
  return versions.find((each) => each === requested)
}

/** The colour that the sandbox chooses for auto_color. */
const autoColour: Colour = { r: 7, g: 96, b: 57 }

/** Colours count only while auto_color is off; edition 2018 has no is_hyaline. */
function readStyle(body: Fields, account: Account): QrStyle | Refusal {
  const width = readWidth(body, account)
  const colour = body['auto_color'] === true ? autoColour : readColour(body['line_color'])
  if (width === undefined || !colour) return refuse(40097)
  const transparent = account.edition !== '2018' && body['is_hyaline'] === true
  return { width, colour, transparent }
}

/** `undefined`: out of bounds, or no number. */
function readWidth(body: Fields, account: Account): number | undefined {
  const { default: normal, min, max } = account.limits().width
  const width = whole(body['width'] ?? normal)
  return width !== undefined && width >= min && width <= max ? width : undefined
}

/** Its parts are decimal, as text or as numbers. Default: black. `undefined`: it is no colour. */
function readColour(value: unknown): Colour | undefined {
  const colour = members(value === '' ? undefined : value)
  if (!colour) return undefined
  const parts = [colour['r'], colour['g'], colour['b']]
  // weapp sends an empty text for each part of no colour.
  if (parts.every((part) => (part ?? '') === '')) return black
  const [r, g, b] = parts.map(whole)
  if (r === undefined || g === undefined || b === undefined) return undefined
  return Math.max(r, g, b) <= 255 ? { r, g, b } : undefined
}
