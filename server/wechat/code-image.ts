/** What the three endpoints that make codes (seeds/004) have in common. */
import type { CodeColor } from '../../shared/wire.ts'
import type { ReplyFile } from './http.ts'
import { imageContentTypes, imageType } from './image-type.ts'

export interface CodeImage {
  bytes: Buffer
  /** By the bytes, whatever the platform called it. */
  contentType: string
}

/** How a 小程序码 (A and B) looks, and which version it opens. Absent: the platform's default. */
export interface CodeLook {
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
export function codeImage({ bytes }: ReplyFile): CodeImage | undefined {
  const type = imageType(bytes)
  return type && { bytes, contentType: imageContentTypes[type] }
}

/** JSON leaves out what is undefined. */
export function lookFields({ width, autoColor, lineColor, isHyaline, envVersion }: CodeLook) {
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
