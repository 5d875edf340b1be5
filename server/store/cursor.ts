/** Where a page ended, as two numbers; opaque to whoever carries it. */
export const writeCursor = (...place: [number, number]): string =>
  Buffer.from(place.join('.')).toString('base64url')

export function readCursor(cursor: string | undefined): [number, number] | undefined {
  if (cursor === undefined) return undefined
  const found = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())
  return found ? [Number(found[1]), Number(found[2])] : undefined
}

/**
 * A page, and where the next one begins, if there is one.
 *
 * @param rows one more than the page takes, where there are so many
 */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => [number, number],
): { shown: Row[]; next: { cursor?: string } } {
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { shown, next: last ? { cursor: writeCursor(...placeOf(last)) } : {} }
}
