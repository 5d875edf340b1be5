import type { MessageRow, SettleUnknown } from '../store.ts'
import { readMessageId } from '../row-ids.ts'
import { lockMessage, readMessage } from './message-row.ts'
import { end } from './message-states.ts'
import type { Sql } from './sql.ts'
import { lockUser } from './users.ts'

/** A reply that came late. Nobody holds the message any more, and whoever tells first settles it. */
export async function settleUnknown(
  sql: Sql,
  input: SettleUnknown,
): Promise<MessageRow | undefined> {
  const place = readMessageId(input.id)
  if (!place) return undefined
  await lockUser(sql, place.user)
  const stored = await lockMessage(sql, place.user, place.number)
  if (stored?.row.state !== 'unknown') return undefined
  await end(sql, stored, { ...input.message, nowMs: input.nowMs })
  return (await readMessage(sql, place.user, place.number))!.row
}
