/** What the three endpoints that make codes (seeds/004) have in common. */
import type { CodeColor } from '../../shared/wire/index.ts'
import type { Authorized, AuthorizedReply } from './call.ts'
import type { ReplyFile } from './http.ts'
import { imageContentTypes, imageType } from './media.ts'

export interface CodeImage {
  bytes: Buffer
  /** By the bytes, whatever the platform called it. */
  contentType: string
}

/** How a 小程序码 (A and B) looks, and which version it opens. Absent: the platform's default. */
interface CodeLook {
  /** Default 430. */
  width?: number
  autoColor?: boolean
  lineColor?: CodeColor
  /** Edition 2026. */
  isHyaline?: boolean
  /** Edition 2026. */
  envVersion?: 'release' | 'trial' | 'develop'
}

/** A code lasts for ever and cannot be called back: what is not an image must not pass for one. */
function codeImage({ bytes }: ReplyFile): CodeImage | undefined {
  const type = imageType(bytes)
  return type && { bytes, contentType: imageContentTypes[type] }
}

/** JSON leaves out what is undefined. */
function lookFields({ width, autoColor, lineColor, isHyaline, envVersion }: CodeLook) {
  return {
    width,
    auto_color: autoColor,
    line_color: lineColor && inDecimal(lineColor),
    is_hyaline: isHyaline,
    env_version: envVersion,
  }
}

/** The page's own example has text here: `{"r":"0","g":"0","b":"0"}`. */
const inDecimal = ({ r, g, b }: CodeColor) => ({ r: String(r), g: String(g), b: String(b) })

export type PathCode = CodeLook & { path: string }

/**
 * A 小程序码 that opens a path (seeds/004 A). Each answer spends one of the 100,000 that it shares with
 * C.
 */
export function makePathCode(
  authorized: Authorized,
  code: PathCode,
): Promise<AuthorizedReply<CodeImage>> {
  return authorized({
    path: '/wxa/getwxacode',
    body: { path: code.path, ...lookFields(code) },
    call: 'code',
    decodeFile: codeImage,
  })
}

export interface QrCode {
  path: string
  /** Default 430. */
  width?: number
}

/**
 * A 小程序二维码 that opens a path (seeds/004 C). Each answer spends one of the 100,000 that it shares
 * with A.
 */
export function makeQrCode(
  authorized: Authorized,
  { path, width }: QrCode,
): Promise<AuthorizedReply<CodeImage>> {
  return authorized({
    path: '/cgi-bin/wxaapp/createwxaqrcode',
    body: { path, width },
    call: 'code',
    decodeFile: codeImage,
  })
}

export type SceneCode = CodeLook & {
  scene: string
  /** Absent: the home page. */
  page?: string
  /** Edition 2026. False: WeChat takes a page that the published mini-program does not have. */
  checkPath?: boolean
}

/** A 小程序码 that opens a page with a scene (seeds/004 B): any number of them, 5,000 a minute. */
export function makeSceneCode(
  authorized: Authorized,
  code: SceneCode,
): Promise<AuthorizedReply<CodeImage>> {
  return authorized({
    path: '/wxa/getwxacodeunlimit',
    body: {
      scene: code.scene,
      page: code.page,
      check_path: code.checkPath,
      ...lookFields(code),
    },
    call: 'code',
    decodeFile: codeImage,
  })
}
