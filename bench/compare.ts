/**
 * How a bench runs and what it prints. Sides are measured in turns, so that a machine that slows
 * down slows all of them, and the ratio of each turn counts.
 */

/** `--quick`: one short turn on little data, to see that the bench runs. */
export const quick = process.argv.includes('--quick')
export const turns = quick ? 1 : 5
/** Duration of one measurement. */
export const seconds = quick ? 1 : 5

export interface Side {
  name: string
  /** @returns a rate per second */
  measure(turn: number): Promise<number>
}

/**
 * Measures `ours` and `peer` in turns and prints the rates of each turn, and the median of the
 * ratios beside its limit.
 *
 * @param atLeast default: the ratio has no limit
 */
export async function compare(
  what: string,
  ours: Side,
  peer: Side,
  atLeast?: number,
): Promise<void> {
  const rows: { ours: number; peer: number }[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    // The order alternates, because conditions differ between the first and the second side.
    const peerFirst = turn % 2 === 0 ? await peer.measure(turn) : undefined
    const mine = await ours.measure(turn)
    rows.push({ ours: mine, peer: peerFirst ?? (await peer.measure(turn)) })
  }
  const ratios = rows.map((row) => row.ours / row.peer)
  table(
    [what, ours.name, peer.name, 'ratio'],
    [
      ...rows.map((row, turn) => [`turn ${turn + 1}`, row.ours, row.peer, ratios[turn]!]),
      [
        'median',
        median(rows.map((row) => row.ours)),
        median(rows.map((row) => row.peer)),
        median(ratios),
      ],
      ['at least', '', '', atLeast ?? 'no limit'],
    ],
  )
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Prints rows with their columns aligned. */
export function table(head: string[], rows: (string | number)[][]): void {
  const cells = [head, ...rows.map((row) => row.map(formatCell))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const lines = cells.map((row) =>
    row.map((cell, column) => cell.padStart(widths[column]!)).join('  '),
  )
  process.stdout.write(`${lines.join('\n')}\n\n`)
}

function formatCell(cell: string | number): string {
  if (typeof cell === 'string') return cell
  return cell < 10 && !Number.isInteger(cell) ? cell.toFixed(2) : String(Math.round(cell))
}
