/** Images of customer-service messages, checked by their bytes before the upload. */
import { bestSizes, linkTypes, mediaRules } from '../rules/media.ts'
import type { ImageUse } from '../../shared/wire/index.ts'
import type { ImageSize, ImageType } from '../rules/media.ts'
import { imageType } from '../wechat/media.ts'

type CheckedImage =
  | { ok: true; type: ImageType; warnings: string[] }
  | { ok: false; problem: 'too_large' | 'not_an_image' | 'type_not_taken'; detail: string }

/** Checks the bytes alone, never the name or content type that the caller declares. */
export function checkImage(bytes: Buffer, use: ImageUse): CheckedImage {
  const { maxBytes } = mediaRules
  if (bytes.length > maxBytes) {
    const limit = `WeChat takes ${maxBytes} (${maxBytes / 2 ** 20} MB): make it smaller.`
    const detail = `The image holds ${bytes.length} bytes, and ${limit}`
    return { ok: false, problem: 'too_large', detail }
  }
  const kind = imageKind(bytes)
  if (!kind) {
    const detail = 'The body is not an image: send the bytes of a JPG, PNG or GIF as they are.'
    return { ok: false, problem: 'not_an_image', detail }
  }
  const types = use === 'link' ? linkTypes : mediaRules.types
  if (!types.includes(kind.type)) {
    const detail = `WeChat takes ${types.join(', ')} here, and this is ${kind.type}: convert it.`
    return { ok: false, problem: 'type_not_taken', detail }
  }
  return { ok: true, type: kind.type, warnings: sizeWarnings(kind, use) }
}

/** A warning and no error: WeChat takes any size. */
function sizeWarnings({ size }: ImageKind, use: ImageUse): string[] {
  const best = bestSizes[use]
  if (!size || best.length === 0) return []
  const { width, height } = size
  if (best.some((one) => one.width === width && one.height === height)) return []
  const wanted = best.map((one) => `${one.width}×${one.height}`).join(' or ')
  return [`The image is ${width}×${height}; it looks best at ${wanted}.`]
}

interface ImageKind {
  type: ImageType
  /** Absent where the header does not have it. */
  size?: ImageSize
}

/** What an image is, by its first bytes; `undefined`: not an image of a known type. */
export function imageKind(bytes: Buffer): ImageKind | undefined {
  const type = imageType(bytes)
  if (!type) return undefined
  const size = readSize(bytes, type)
  return size && size.width > 0 && size.height > 0 ? { type, size } : { type }
}

/** `undefined`: the header is incomplete, or the type is one that WeChat does not take. */
function readSize(bytes: Buffer, type: ImageType): ImageSize | undefined {
  switch (type) {
    case 'png':
      // The first chunk is IHDR: length, name, width, height.
      if (bytes.length < 24) return undefined
      return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
    case 'gif':
      if (bytes.length < 10) return undefined
      return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
    case 'jpg':
      return readJpegSize(bytes)
    case 'webp':
    case 'bmp':
      return undefined
    default:
      return type satisfies never
  }
}

/**
 * Walks the segments up to a start of frame: SOF0 to SOF15 without C4, C8 and CC, which are tables.
 */
function readJpegSize(bytes: Buffer): ImageSize | undefined {
  for (let at = 2, steps = 0; at + 9 <= bytes.length && steps < mediaRules.maxJpegSteps; steps++) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    // Padding between segments, and markers without a length.
    if (marker === 0xff) at += 1
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    } else at += 2 + Math.max(bytes.readUInt16BE(at + 2), 2)
  }
  return undefined
}
