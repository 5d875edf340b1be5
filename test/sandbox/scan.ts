/** Decodes a picture as a phone does. */
import jsqr from 'jsqr'
import { PNG } from 'pngjs'

// jsqr has the types of an ES module but is published as CommonJS: its default is the function.
const read = jsqr as unknown as typeof jsqr.default

interface Scanned {
  width: number
  height: number
  /** The text of the code; `undefined`: it cannot be read. Slow on large pictures. */
  text(): string | undefined
  /** `red,green,blue` or `transparent`, of all pixels. */
  colours: Set<string>
}

/** @throws when the bytes are no PNG. */
export function scan(bytes: Buffer): Scanned {
  const { width, height, data } = PNG.sync.read(bytes)
  const pixels = new Uint32Array(new Uint8Array(data).buffer)
  return {
    width,
    height,
    text() {
      const onWhite = new Uint32Array(pixels.map((pixel) => (isClear(pixel) ? 0xffffffff : pixel)))
      const seen = new Uint8ClampedArray(onWhite.buffer)
      return read(seen, width, height, { inversionAttempts: 'dontInvert' })?.data
    },
    colours: new Set([...new Set(pixels)].map(nameOf)),
  }
}

/** A pixel is red, green, blue and alpha, the first in the lowest byte. */
const isClear = (pixel: number) => pixel >>> 24 === 0

function nameOf(pixel: number): string {
  return isClear(pixel) ? 'transparent' : [0, 8, 16].map((at) => (pixel >> at) & 255).join(',')
}
