/** A PNG of two colours (https://www.w3.org/TR/png-3/). */
import { crc32, deflateSync } from 'node:zlib'

export interface Colour {
  r: number
  g: number
  b: number
}

interface TwoColourImage {
  /** Width and height in pixels. */
  size: number
  /** The pixels of a row, one byte each: 1 is foreground, 0 is background. */
  row(y: number): Uint8Array
  foreground: Colour
  /** `undefined`: transparent. */
  background: Colour | undefined
}

export const black: Colour = { r: 0, g: 0, b: 0 }
export const white: Colour = { r: 255, g: 255, b: 255 }

export function encodePng({ size, row, foreground, background }: TwoColourImage): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  // One byte a pixel, which is an index into a palette.
  header.set([8, 3], 8)
  const { r, g, b } = background ?? white
  const palette = Buffer.from([r, g, b, foreground.r, foreground.g, foreground.b])
  const rows = Array.from({ length: size }, (_, y) => [noFilter, row(y)]).flat()
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    ...(background ? [] : [chunk('tRNS', Buffer.from([0, 255]))]),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The filter byte that precedes every row. */
const noFilter = Uint8Array.of(0)

function chunk(name: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}
