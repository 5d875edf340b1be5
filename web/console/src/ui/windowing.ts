/** Which rows of a long list are drawn: those in view, and some before and after. */

export interface Viewed {
  count: number
  rowHeight: number
  /** Of the list's top edge, from the top of the window. Negative: scrolled past it. */
  top: number
  windowHeight: number
}

/** Up to this a list is drawn whole, so that the browser's search finds all of it. */
const drawnWhole = 50
const overscan = 8

/** @returns the first row that is drawn, and the one after the last */
export function drawnRows({ count, rowHeight, top, windowHeight }: Viewed): [number, number] {
  if (count <= drawnWhole || rowHeight <= 0) return [0, count]
  const first = Math.floor(-top / rowHeight) - overscan
  const last = Math.ceil((windowHeight - top) / rowHeight) + overscan
  const from = Math.min(Math.max(first, 0), count)
  return [from, Math.max(from, Math.min(last, count))]
}
