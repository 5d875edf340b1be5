/**
 * Draws text as a QR code that any reader decodes. The platform's own codes are round, and only
 * WeChat reads those.
 */
import qrcode from 'qrcode-generator'
import { encodePng, white, type Colour } from './png.ts'

export interface QrStyle {
  /** Width in pixels. One that is too small for the code is raised to a pixel for each module. */
  width: number
  colour: Colour
  /** Without the white background. */
  transparent: boolean
}

/** Modules left free on each side, as the standard asks. */
const quietZone = 4
/** Upper bound of the width, so that a caller cannot exhaust this machine's memory. */
const maxWidth = 4_096

/** @throws when the text is longer than a QR code holds, about 2,300 bytes. */
export function drawQrCode(text: string, { width, colour, transparent }: QrStyle): Buffer {
  const code = qrcode(0, 'M')
  // The library takes the low byte of each character: passing bytes preserves UTF-8.
  code.addData(Buffer.from(text, 'utf8').toString('latin1'), 'Byte')
  code.make()
  const modules = code.getModuleCount()
  const size = Math.max(Math.min(width, maxWidth), modules + 2 * quietZone)
  const scale = Math.floor(size / (modules + 2 * quietZone))
  const margin = Math.floor((size - modules * scale) / 2)
  const blank = new Uint8Array(size)
  const rows = Array.from({ length: modules }, (_, row) => {
    const pixels = blank.slice()
    for (let column = 0; column < modules; column++) {
      const x = margin + column * scale
      if (code.isDark(row, column)) pixels.fill(1, x, x + scale)
    }
    return pixels
  })
  return encodePng({
    size,
    foreground: colour,
    background: transparent ? undefined : white,
    row: (y) => rows[Math.floor((y - margin) / scale)] ?? blank,
  })
}
