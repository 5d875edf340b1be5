import { abandoned, dueToOthers, refusalOf } from '../claim-rules.ts'
import { stateCode } from '../row-codes.ts'
import type { ClaimedMessage, ClaimMessages, UserNumber } from '../store.ts'
import type { StoredMessage } from '../stored-message.ts'
import { heldCredit, readMessage } from './message-row.ts'
import { end, handOver, lease } from './message-states.ts'
import { take } from './open-message.ts'
import type { Statements } from './statements.ts'

export function claimMessages(
  sql: Statements,
  { input, engineMs }: { input: ClaimMessages; engineMs: number },
): ClaimedMessage[] {
  const due = sql<{ user: UserNumber; id: number; isOwn: number }>(
    `SELECT user, id, (state = ${stateCode.of('sending')} AND holder = ?) AS isOwn FROM messages
     WHERE state < 2 AND (due IS NULL OR due <= ?) ORDER BY due LIMIT ?`,
  ).all(input.holder, engineMs, input.limit + input.holding.length)
  return dueToOthers(due, input).map(({ user, id }) =>
    claim(sql, readMessage(sql, user, id)!, input, engineMs),
  )
}

function claim(
  sql: Statements,
  stored: StoredMessage,
  input: ClaimMessages,
  engineMs: number,
): ClaimedMessage {
  const own = { holder: input.holder, dueMs: engineMs + input.leaseMs }
  if (stored.row.state === 'sending') {
    handOver(sql, stored, own)
    const credit = heldCredit(sql, stored)
    return abandoned(stored.row, stored, credit)
  }
  const taken = takeForQueued(sql, stored, input)
  if ('refusal' in taken) {
    const { nowMs } = input
    const message = end(sql, stored, { state: 'refused', reason: taken.refusal, nowMs })
    return { message, abandoned: false, probe: false }
  }
  return { message: lease(sql, stored, taken.credit, own), abandoned: false, ...taken }
}

function takeForQueued(sql: Statements, stored: StoredMessage, input: ClaimMessages) {
  const { row, number, kinds, ref } = stored
  const refusal = refusalOf(row, input)
  if (refusal) return { refusal }
  const creditQuery = { user: row.user, kinds, ref, message: number, nowMs: input.nowMs }
  return take(sql, creditQuery, { ...input, app: stored.app, channel: row.channel })
}
