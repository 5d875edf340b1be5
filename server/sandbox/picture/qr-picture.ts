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
  const moduleAt = (pixel: number) => Math.floor((pixel - margin) / scale)
  const blank = new Uint8Array(Math.ceil(size / 8))
  const drawn = Array.from({ length: modules }, (_, row) => {
    const pixels = blank.slice()
    for (let x = margin; x < margin + modules * scale; x++) {
      if (code.isDark(row, moduleAt(x))) pixels[x >> 3]! |= 0x80 >> (x & 7)
    }
    return pixels
  })
  return pngOf({
    size,
    line,
    ground: transparent ? undefined : { r: 255, g: 255, b: 255 },
    row: (y) => drawn[moduleAt(y)] ?? blank,
  })
}
