import type { Colour } from '../picture/png.ts'
import { qrPicture } from '../picture/qr-picture.ts'
import type { QrLook } from '../picture/qr-picture.ts'
import type { Account } from '../state/account.ts'
import { isRefusal, refuse, text, type Fields, type Refusal, isFields, whole } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'

/** A: a code for a path, counted with C (seeds/004 接口A). */
export const getWxaCode: Endpoint = {
  method: 'POST',
  path: '/wxa/getwxacode',
  needs: 'token',
  // seeds/004 Bug & Tip 4: no form. The code is the one whose words say so.
  malformed: 40159,
  answer(body, account) {
    const target = pathOf(body, 'path', account)
    if (isRefusal(target)) return target
    const look = lookOf(body, account)
    if (isRefusal(look)) return look
    const envVersion = versionOf(body, account)
    if (!envVersion) return refuse(40097)
    if (account.codeCounts.lasting() >= account.quotas.current().codes) return refuse(45029)
    account.codeCounts.addLasting()
    const content = { kind: 'path', appId: account.appId, path: target.path, envVersion }
    return { contentType: 'image/png', bytes: qrPicture(JSON.stringify(content), look) }
  },
}

/** B: a code for a scene, as many as a minute allows (seeds/004 接口B). It ignores a `path`. */
export const getWxaCodeUnlimit: Endpoint = {
  method: 'POST',
  path: '/wxa/getwxacodeunlimit',
  needs: 'token',
  // seeds/004 Bug & Tip 4: no form. The code is the one whose words say so.
  malformed: 40169,
  answer(body, account) {
    const { characters, pattern } = account.limits().scene
    const scene = text(body['scene'])
    if (scene === undefined || scene.length > characters) return refuse(40169)
    if (!pattern.test(scene)) return refuse(40129)
    const target = pageOfCode(body, account)
    if (isRefusal(target)) return target
    const look = lookOf(body, account)
    if (isRefusal(look)) return look
    const envVersion = versionOf(body, account)
    if (!envVersion) return refuse(40097)
    if (account.codeCounts.thisMinute() >= account.quotas.current().codesPerMinute) {
      return refuse(45009)
    }
    account.codeCounts.addThisMinute()
    const content = { kind: 'scene', appId: account.appId, ...target, scene, envVersion }
    return { contentType: 'image/png', bytes: qrPicture(JSON.stringify(content), look) }
  },
}

/** Without a page it opens the home page; `page` is absent while no home page was told. */
function pageOfCode(body: Fields, { pages, edition }: Account): { page?: string } | Refusal {
  const page = body['page'] ?? ''
  if (typeof page !== 'string' || page.startsWith('/') || page.includes('?')) return refuse(41030)
  const { published = true } = pages.told()
  const checked = edition === '2018' || body['check_path'] !== false
  if (page === '') {
    if (checked && !published) return refuse(41030)
    const home = pages.home()
    return home === undefined ? {} : { page: home }
  }
  return !checked || pages.exists(page) ? { page } : refuse(41030)
}

/** C: a QR code for a path, counted with A (seeds/004 接口C). Colours have no effect (Bug & Tip 5). */
export const createWxaQrcode: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxaapp/createwxaqrcode',
  needs: 'token',
  // seeds/004 Bug & Tip 4: no form. The code is the one whose words say so.
  malformed: 40159,
  answer(body, account) {
    const target = pathOf(body, 'qrcode', account)
    if (isRefusal(target)) return target
    const width = widthOf(body, account)
    if (width === undefined) return refuse(40097)
    if (account.codeCounts.lasting() >= account.quotas.current().codes) return refuse(45029)
    account.codeCounts.addLasting()
    const content = JSON.stringify({ kind: 'qrcode', appId: account.appId, path: target.path })
    const look = { width, line: { r: 0, g: 0, b: 0 }, transparent: false }
    return { contentType: 'image/png', bytes: qrPicture(content, look) }
  },
}

/** The path of A and C, and the version that a code opens. */

const versions = ['release', 'trial', 'develop'] as const
export type Version = (typeof versions)[number]

/** Without the slash that a caller may put before it: the page of the codes forbids it for B alone. */
export function pathOf(
  body: Fields,
  kind: 'path' | 'qrcode',
  account: Account,
): { path: string } | Refusal {
  const { path } = body
  // The limit is of bytes (seeds/004): 128 bytes are 42 characters of Chinese.
  if (typeof path !== 'string' || path === '') return refuse(40159)
  if (Buffer.byteLength(path) > account.limits().pathBytes[kind]) return refuse(40159)
  const target = path.replace(/^\//, '')
  if (/[?&]scancode_time=/.test(target)) return refuse(85096)
  return account.pages.exists(target) ? { path: target } : refuse(41030)
}

/** `undefined`: there is no such version. Before 2026 there was no choice. */
export function versionOf(body: Fields, account: Account): Version | undefined {
  if (account.edition === '2018') return 'release'
  const asked = body['env_version'] ?? 'release'
  return versions.find((each) => each === asked)
}

/** How a code is to look: the parameters that A and B share (seeds/004). */

const black: Colour = { r: 0, g: 0, b: 0 }
/** What a sandbox finds when it is asked to choose (auto_color). */
const chosen: Colour = { r: 7, g: 96, b: 57 }

export function widthOf(body: Fields, account: Account): number | undefined {
  const { default: normal, min, max } = account.limits().width
  const width = whole(body['width'] ?? normal)
  return width !== undefined && width >= min && width <= max ? width : undefined
}

/** Colours count only while auto_color is off; is_hyaline came with 2026. */
export function lookOf(body: Fields, account: Account): QrLook | Refusal {
  const width = widthOf(body, account)
  const line = body['auto_color'] === true ? chosen : colourOf(body['line_color'] ?? black)
  if (width === undefined || !line) return refuse(40097)
  const transparent = account.edition !== '2018' && body['is_hyaline'] === true
  return { width, line, transparent }
}

/** `undefined`: it is no colour. Its parts are decimal numbers, as text or as numbers. */
function colourOf(value: unknown): Colour | undefined {
  if (!isFields(value)) return undefined
  const [r, g, b] = [whole(value['r']), whole(value['g']), whole(value['b'])]
  if (r === undefined || g === undefined || b === undefined) return undefined
  return Math.max(r, g, b) <= 255 ? { r, g, b } : undefined
}
