/** What a bench prints. */

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function table(head: string[], rows: (string | number)[][]): void {
  const cells = [head, ...rows.map((row) => row.map(shown))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const lines = cells.map((row) =>
    row.map((cell, column) => cell.padStart(widths[column]!)).join('  '),
  )
  process.stdout.write(`${lines.join('\n')}\n\n`)
}

const shown = (cell: string | number) =>
  typeof cell === 'string'
    ? cell
    : cell < 10 && !Number.isInteger(cell)
      ? cell.toFixed(2)
      : String(Math.round(cell))
