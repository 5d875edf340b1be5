/** Where a page ended, as two numbers; opaque to whoever carries it. */
export const writeCursor = (...place: [number, number]): string =>
  Buffer.from(place.join('.')).toString('base64url')

export function readCursor(cursor: string | undefined): [number, number] | undefined {
  if (cursor === undefined) return undefined
  const found = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())
  return found ? [Number(found[1]), Number(found[2])] : undefined
}
