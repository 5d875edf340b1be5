/** Pages of rows in the order of some values, and the cursors that lead from one to the next. */

/** Of a row: numbers, and bytes in hex, that are unique together. */
export type PagePosition = readonly (number | string)[]

type PositionLike<Position extends PagePosition> = {
  [Part in keyof Position]: Position[Part] extends number ? number : string
}

/** @returns `before`, which is before all rows, if this is not a cursor of ours: the first page */
export function readCursor<const Position extends PagePosition>(
  cursor: string | undefined,
  before: Position,
): PositionLike<Position> {
  const parts = Buffer.from(cursor ?? '', 'base64url')
    .toString()
    .split('.')
  const isNumber = (n: number) => typeof before[n] === 'number'
  const fits = (part: string, n: number) => (isNumber(n) ? numeric : hex).test(part)
  const isOurs = parts.length === before.length && parts.every(fits)
  const position = parts.map((part, n) => (isNumber(n) ? Number(part) : part))
  return (isOurs ? position : before) as PositionLike<Position>
}

const numeric = /^\d{1,15}$/
const hex = /^[\da-f]{1,64}$/

export const writeCursor = (position: PagePosition): string =>
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
  return { onPage, next: last ? { cursor: writeCursor(positionOf(last)) } : {} }
}
