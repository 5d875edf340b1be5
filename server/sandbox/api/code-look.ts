/** How a code is to look: the parameters that A and B share (seeds/004). */
import type { Colour } from '../picture/png.ts'
import type { QrLook } from '../picture/qr-picture.ts'
import type { Account } from '../state/account.ts'
import { isFields, whole, type Fields } from './fields.ts'
import { refuse, type Refusal } from './reply.ts'

const black: Colour = { r: 0, g: 0, b: 0 }
/** What a sandbox finds when it is asked to choose (auto_color). */
const chosen: Colour = { r: 7, g: 96, b: 57 }

export function widthOf(body: Fields, account: Account): number | undefined {
  const { default: normal, min, max } = account.limits().width
  const width = whole(body['width'] ?? normal)
  return width !== undefined && width >= min && width <= max ? width : undefined
}

/** Colours count only while auto_color is off; is_hyaline came with 2026. */
export function lookOf(body: Fields, account: Account): QrLook | Refusal {
  const width = widthOf(body, account)
  const line = body['auto_color'] === true ? chosen : colourOf(body['line_color'] ?? black)
  if (width === undefined || !line) return refuse(40097)
  const transparent = account.edition !== '2018' && body['is_hyaline'] === true
  return { width, line, transparent }
}

/** `undefined`: it is no colour. Its parts are decimal numbers, as text or as numbers. */
function colourOf(value: unknown): Colour | undefined {
  if (!isFields(value)) return undefined
  const [r, g, b] = [whole(value['r']), whole(value['g']), whole(value['b'])]
  if (r === undefined || g === undefined || b === undefined) return undefined
  return Math.max(r, g, b) <= 255 ? { r, g, b } : undefined
}
