/**
 * Draws text as a QR code that any reader decodes. The platform's own codes are round, and only
 * WeChat reads those.
 */
import qrcode from 'qrcode-generator'
import { encodeJpeg, encodePng, type Colour } from './bitmap.ts'

export interface QrStyle {
  /** Width in pixels. */
  width: number
  colour: Colour
  /** Without the white background. */
  transparent: boolean
}

/** Modules left free on each side, as the standard asks. */
const quietZone = 4
/** Upper bound of the width, so that a caller cannot exhaust this machine's memory. */
const maxWidth = 4_096
/**
 * A JPEG as the platform's, or a PNG where the background is transparent, which no JPEG can be.
 *
 * @returns `undefined` when the width is too small for a pixel a module, or above 4,096
 * @throws when the text is longer than a QR code holds, about 2,300 bytes
 */
export function drawQrCode(
  text: string,
  { width, colour, transparent }: QrStyle,
): { contentType: string; bytes: Buffer } | undefined {
  const code = qrcode(0, 'M')
  // The library takes the low byte of each character: passing bytes preserves UTF-8.
  code.addData(Buffer.from(text, 'utf8').toString('latin1'), 'Byte')
  code.make()
  if (width < code.getModuleCount() + 2 * quietZone || width > maxWidth) return undefined
  const bitmap = { size: width, rows: rowsOf(code, width), colour }
  return transparent
    ? { contentType: 'image/png', bytes: encodePng(bitmap) }
    : { contentType: 'image/jpeg', bytes: encodeJpeg(bitmap) }
}

function rowsOf(code: QRCode, size: number): Uint8Array[] {
  const modules = code.getModuleCount()
  const scale = Math.floor(size / (modules + 2 * quietZone))
  const margin = Math.floor((size - modules * scale) / 2)
  const blank = new Uint8Array(size)
  const drawn = Array.from({ length: modules }, (_, row) => {
    const pixels = blank.slice()
    for (let column = 0; column < modules; column++) {
      const x = margin + column * scale
      if (code.isDark(row, column)) pixels.fill(1, x, x + scale)
    }
    return pixels
  })
  return Array.from({ length: size }, (_, y) => drawn[Math.floor((y - margin) / scale)] ?? blank)
}
