import { imageType, type ImageType } from '../wechat/image-type.ts'
import { imageSize, type ImageSize } from './image-size.ts'

export interface ImageKind {
  type: ImageType
  /** Absent where the header does not tell. */
  size?: ImageSize
}

/** What an image is, by its first bytes alone; `undefined`: no image that is known here. */
export function imageKind(bytes: Buffer): ImageKind | undefined {
  const type = imageType(bytes)
  if (!type) return undefined
  const size = imageSize(bytes, type)
  return { type, ...(size && { size }) }
}
