import { passageAt } from '../channel-stops.ts'
import type { Passage, Passing, Stop } from '../channel-stops.ts'
import { channelCode } from '../row-codes.ts'
import type { Statements } from './statements.ts'

/** May a message go out? One in `probeEveryMs` may through a shut channel: `markProbe` when it does. */
export function pass(sql: Statements, passing: Passing): Passage {
  const stop = sql<Stop>(
    `SELECT shut, reason, probe_ms AS probeMs FROM suspensions
     WHERE app = ? AND channel = ? AND (shut = 1 OR until_ms > ?)`,
  ).get(passing.app, channelCode.of(passing.channel), passing.nowMs)
  return passageAt(stop, passing)
}

export function markProbe(sql: Statements, { app, channel, nowMs }: Passing): void {
  sql('UPDATE suspensions SET probe_ms = ? WHERE app = ? AND channel = ?').run(
    nowMs,
    app,
    channelCode.of(channel),
  )
}
