import type { MessageRow, SettleUnknown } from '../store.ts'
import { readMessageId } from '../row-ids.ts'
import { readMessage } from './message-row.ts'
import { end } from './message-states.ts'
import type { Statements } from './statements.ts'

/** A reply that came late. Nobody holds the message any more, and whoever tells first settles it. */
export function settleUnknown(sql: Statements, input: SettleUnknown): MessageRow | undefined {
  const place = readMessageId(input.id)
  const stored = place && readMessage(sql, place.user, place.number)
  if (stored?.row.state !== 'unknown') return undefined
  end(sql, stored, { ...input.message, nowMs: input.nowMs })
  return readMessage(sql, stored.row.user, stored.number)!.row
}
