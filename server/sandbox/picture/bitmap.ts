/** Pictures of one colour on a ground, as JPEG and PNG. */
import { crc32, deflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'

export interface Colour {
  r: number
  g: number
  b: number
}

export const black: Colour = { r: 0, g: 0, b: 0 }

/** A picture of two colours. */
export interface Bitmap {
  /** Width and height in pixels. */
  size: number
  /** The pixels of each row, one byte each: 1 is `colour`, 0 is the background. */
  rows: readonly Uint8Array[]
  colour: Colour
}

/** Of 100: edges stay sharp. */
const jpegQuality = 92

/** On a white ground. */
export function encodeJpeg({ size, rows, colour: { r, g, b } }: Bitmap): Buffer {
  const data = Buffer.alloc(4 * size * size, 255)
  rows.forEach((row, y) => {
    for (let x = 0; x < size; x++) if (row[x] === 1) data.set([r, g, b], 4 * (y * size + x))
  })
  return jpeg.encode({ width: size, height: size, data }, jpegQuality).data
}

/** On a transparent ground (https://www.w3.org/TR/png-3/). */
export function encodePng({ size, rows, colour: { r, g, b } }: Bitmap): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  // One byte a pixel, which is an index into a palette.
  header.set([8, 3], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([255, 255, 255, r, g, b])),
    chunk('tRNS', Buffer.from([0, 255])),
    chunk('IDAT', deflateSync(Buffer.concat(rows.flatMap((row) => [noFilter, row])))),
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
