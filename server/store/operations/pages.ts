/** Pages of rows in the order of two numbers, and the cursors that lead from one to the next. */

/** Of a row: two numbers that are unique together. */
export type PagePosition = [first: number, second: number]

/** `undefined`: not a cursor of ours, so the first page. */
export function readCursor(cursor: string | undefined): PagePosition | undefined {
  if (cursor === undefined) return undefined
  const found = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())
  return found ? [Number(found[1]), Number(found[2])] : undefined
}

export const writeCursor = (...position: PagePosition): string =>
  Buffer.from(position.join('.')).toString('base64url')

/**
 * Cuts off the rows after the page, and returns the cursor of the next page if there is one.
 *
 * @param rows one more than `limit`, if there are that many
 */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => PagePosition,
): { onPage: Row[]; next: { cursor?: string } } {
  const onPage = rows.slice(0, limit)
  const last = rows.length > limit ? onPage.at(-1) : undefined
  return { onPage, next: last ? { cursor: writeCursor(...positionOf(last)) } : {} }
}
