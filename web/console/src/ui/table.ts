/** Columns of a table of rows, for the screen and for its CSV. */

export interface Column<Row> {
  /** The name of the table's slot for its cells. */
  key: string
  title: string
  /** As in CSS: `120px`, `20%`. Default: an equal part of what is left. */
  width?: string
  /** Left out below 640 px; `most`: also where the table has less than 840 px. */
  wide?: boolean | 'most'
  align?: 'end'
  /** Its text in a CSV. Absent: the CSV has no such column. */
  csv?: (row: Row) => string | number | undefined
}

/**
 * RFC 4180, with the mark by which spreadsheets know UTF-8. A cell that a spreadsheet would take
 * for a formula gets an apostrophe before it.
 */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const used = columns.filter(({ csv }) => csv !== undefined)
  const lines = [
    used.map(({ title }) => cellOf(title)),
    ...rows.map((row) => used.map(({ csv }) => cellOf(csv!(row)))),
  ]
  return `\uFEFF${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`
}

function cellOf(value: string | number | undefined): string {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
