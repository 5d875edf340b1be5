/** Decodes a picture as a phone does. */
import jpeg from 'jpeg-js'
import jsqr from 'jsqr'
import { PNG } from 'pngjs'

// jsqr has the types of an ES module but is published as CommonJS: its default is the function.
const read = jsqr as unknown as typeof jsqr.default

interface Scanned {
  width: number
  height: number
  /** The text of the code; `undefined`: it cannot be read. Slow on large pictures. */
  text(): string | undefined
  /**
   * `red,green,blue` or `transparent`: what most pixels are, the most frequent first. A JPEG has
   * others at the edges.
   */
  colours: string[]
}

/** @throws when the bytes are neither PNG nor JPEG. */
export function scan(bytes: Buffer): Scanned {
  const { width, height, data } = isJpeg(bytes)
    ? jpeg.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 2_048 })
    : PNG.sync.read(bytes)
  const pixels = new Uint32Array(new Uint8Array(data).buffer)
  return {
    width,
    height,
    text() {
      const onWhite = new Uint32Array(pixels.map((pixel) => (isClear(pixel) ? 0xffffffff : pixel)))
      const seen = new Uint8ClampedArray(onWhite.buffer)
      return read(seen, width, height, { inversionAttempts: 'dontInvert' })?.data
    },
    colours: frequent(pixels).map(nameOf),
  }
}

export const isJpeg = (bytes: Buffer) => bytes.readUInt16BE(0) === 0xffd8

/** A JPEG keeps a colour within a few steps. */
export function isNear(colour: string | undefined, expected: string): boolean {
  const seen = colour?.split(',').map(Number) ?? []
  return expected.split(',').every((value, at) => Math.abs(seen[at]! - Number(value)) <= 6)
}

/** Colours of at least a hundredth of the pixels. */
function frequent(pixels: Uint32Array): number[] {
  const counts = new Map<number, number>()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count * 100 >= pixels.length)
    .toSorted(([, a], [, b]) => b - a)
    .map(([pixel]) => pixel)
}

/** A pixel is red, green, blue and alpha, the first in the lowest byte. */
const isClear = (pixel: number) => pixel >>> 24 === 0

function nameOf(pixel: number): string {
  return isClear(pixel) ? 'transparent' : [0, 8, 16].map((at) => (pixel >> at) & 255).join(',')
}
