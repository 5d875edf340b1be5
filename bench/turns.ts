/** How a bench runs: in turns, so that a machine that slows down slows all sides, and the ratio of each turn counts. */
import { median, table } from './table.ts'

/** `--quick`: one short turn on little data, to see that it runs. */
export const quick = process.argv.includes('--quick')
export const turns = quick ? 1 : 5
export const seconds = quick ? 1 : 5

export interface Side {
  name: string
  /** A figure a second. */
  measure(turn: number): Promise<number>
}

/**
 * Measures `ours` and `peer` in turns and prints what each turn gave, and the median of the ratios beside its limit.
 * @param atLeast absent: the ratio is only told
 */
export async function compare(
  what: string,
  ours: Side,
  peer: Side,
  atLeast?: number,
): Promise<void> {
  const rows: { ours: number; peer: number }[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    // Whoever comes first finds another machine than whoever comes second: they take turns in that, too.
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
      ['at least', '', '', atLeast ?? 'told only'],
    ],
  )
}
