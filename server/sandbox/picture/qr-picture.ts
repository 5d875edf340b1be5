/** A picture that any reader of QR codes reads. The platform's own codes are round; nothing else reads those. */
import qrcode from 'qrcode-generator'
import { pngOf, type Colour } from './png.ts'

export interface QrLook {
  /** Of the picture, in pixels. One that is too narrow for the code gets a pixel for each module. */
  width: number
  line: Colour
  /** Without a ground of white. */
  transparent: boolean
}

/** Modules left free on each side, as the standard asks. */
const quiet = 4
/** Wider pictures are not drawn: nobody should fill this machine's memory. */
const widest = 4_096

/** @throws when the text is longer than a QR code holds, some 2,300 bytes. */
export function qrPicture(text: string, { width, line, transparent }: QrLook): Buffer {
  const code = qrcode(0, 'M')
  // The library takes the low byte of each character: handing it bytes keeps UTF-8 whole.
  code.addData(Buffer.from(text, 'utf8').toString('latin1'), 'Byte')
  code.make()
  const modules = code.getModuleCount()
  const size = Math.max(Math.min(width, widest), modules + 2 * quiet)
  const scale = Math.floor(size / (modules + 2 * quiet))
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
  return pngOf({
    size,
    line,
    ground: transparent ? undefined : { r: 255, g: 255, b: 255 },
    row: (y) => drawn[Math.floor((y - margin) / scale)] ?? blank,
  })
}
