import type { ImageType } from '../wechat/image-type.ts'
import { imageKind, type ImageKind } from './image-kind.ts'
import { bestSizes, linkTypes, mediaRules, type ImageUse } from './media-rules.ts'

export type CheckedImage =
  | { ok: true; type: ImageType; warnings: string[] }
  | { ok: false; problem: 'too_large' | 'not_an_image' | 'type_not_taken'; detail: string }

/** What the bytes say, before they are uploaded: never the name or the content type that somebody gave them. */
export function checkImage(bytes: Buffer, use: ImageUse): CheckedImage {
  if (bytes.length > mediaRules.maxBytes) {
    const detail = `The image holds ${bytes.length} bytes, and WeChat takes ${mediaRules.maxBytes} (2 MB): make it smaller.`
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

/** WeChat takes any size, so that a size is never a reason to refuse. */
export function sizeWarnings({ size }: ImageKind, use: ImageUse): string[] {
  const best = bestSizes[use]
  if (!size || best.length === 0) return []
  const { width, height } = size
  if (best.some((one) => one.width === width && one.height === height)) return []
  const wanted = best.map((one) => `${one.width}×${one.height}`).join(' or ')
  return [`The image is ${width}×${height}; it looks best at ${wanted}.`]
}
