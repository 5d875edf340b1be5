/** A PNG of two colours (https://www.w3.org/TR/png-3/). */
import { crc32, deflateSync } from 'node:zlib'

export interface Colour {
  r: number
  g: number
  b: number
}

export interface TwoColours {
  size: number
  /** The pixels of a row, one byte each: 1 has the colour of the lines, 0 that of the ground. */
  row(y: number): Uint8Array
  line: Colour
  /** `undefined`: transparent. */
  ground: Colour | undefined
}

export function pngOf({ size, row, line, ground }: TwoColours): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  // A byte a pixel, which is an index into a palette.
  header.set([8, 3], 8)
  const { r, g, b } = ground ?? { r: 255, g: 255, b: 255 }
  const palette = Buffer.from([r, g, b, line.r, line.g, line.b])
  const rows = Array.from({ length: size }, (_, y) => [noFilter, row(y)]).flat()
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    ...(ground ? [] : [chunk('tRNS', Buffer.from([0, 255]))]),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Before each row stands the filter that it went through. */
const noFilter = Uint8Array.of(0)

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
