/** Width and height from the header of an image. Nothing of the picture itself is read. */
import type { ImageType } from '../wechat/image-type.ts'

export interface ImageSize {
  width: number
  height: number
}

/** `undefined`: the header is cut off or says nothing, or the type is one that WeChat does not take anyway. */
export function imageSize(bytes: Buffer, type: ImageType): ImageSize | undefined {
  const size = read(bytes, type)
  return size && size.width > 0 && size.height > 0 ? size : undefined
}

function read(bytes: Buffer, type: ImageType): ImageSize | undefined {
  switch (type) {
    case 'png':
      // The first chunk is IHDR: length, name, width, height.
      if (bytes.length < 24) return undefined
      return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
    case 'gif':
      if (bytes.length < 10) return undefined
      return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
    case 'jpg':
      return ofJpeg(bytes)
    case 'webp':
    case 'bmp':
      return undefined
    default:
      return type satisfies never
  }
}

/** Goes from segment to segment up to the start of a frame (SOF0 to SOF15, but for C4, C8 and CC, which are tables). */
function ofJpeg(bytes: Buffer): ImageSize | undefined {
  for (let at = 2; at + 9 <= bytes.length;) {
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
