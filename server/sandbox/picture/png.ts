/** A PNG of two colours, one bit a pixel (https://www.w3.org/TR/png-3/). */
import { crc32, deflateSync } from 'node:zlib'

export interface Colour {
  r: number
  g: number
  b: number
}

export interface TwoColours {
  size: number
  /** Whether the pixel has the colour of the lines. */
  isLine(x: number, y: number): boolean
  line: Colour
  /** `undefined`: transparent. */
  ground: Colour | undefined
}

export function pngOf({ size, isLine, line, ground }: TwoColours): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  // One bit a pixel, and a pixel is an index into a palette.
  header.set([1, 3], 8)
  const { r, g, b } = ground ?? { r: 255, g: 255, b: 255 }
  const palette = Buffer.from([r, g, b, line.r, line.g, line.b])
  const rowBytes = 1 + Math.ceil(size / 8)
  const rows = Buffer.alloc(rowBytes * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (isLine(x, y)) rows[y * rowBytes + 1 + (x >> 3)]! |= 0x80 >> (x & 7)
    }
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    ...(ground ? [] : [chunk('tRNS', Buffer.from([0, 255]))]),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
