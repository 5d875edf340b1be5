/** Replies as CSV (`?format=csv`), for spreadsheets. */
import { Readable } from 'node:stream'
import type { HttpReply } from './route.ts'

type Cell = string | number | undefined

/**
 * RFC 4180, with names as the JSON has them. A cell that a spreadsheet would take for a formula
 * gets an apostrophe before it.
 *
 * @param parts rows, some at a time: each part is asked for once the one before it was sent
 */
export function csvReply(
  names: readonly string[],
  parts: Iterable<readonly Cell[][]> | AsyncIterable<readonly Cell[][]>,
): HttpReply {
  return {
    status: 200,
    headers: { 'Content-Type': 'text/csv; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
    body: Readable.from(textsOf(names, parts)),
  }
}

async function* textsOf(
  names: readonly string[],
  parts: Iterable<readonly Cell[][]> | AsyncIterable<readonly Cell[][]>,
): AsyncGenerator<string> {
  yield lineOf(names)
  for await (const rows of parts) {
    if (rows.length > 0) yield rows.map(lineOf).join('')
  }
}

const lineOf = (cells: readonly Cell[]): string => `${cells.map(cellOf).join(',')}\r\n`

function cellOf(value: Cell): string {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
