import { deliveryRule } from '../../rules/credits.ts'
import { channelCode, stateCode } from '../row-codes.ts'
import type { Delivery, UserNumber } from '../store.ts'
import { writeDelivered } from '../stored-message.ts'
import { readMessage } from './message-row.ts'
import { settleUnknown } from './message-states.ts'
import type { Statements } from './statements.ts'

/**
 * Notes with a subscribe message what became of it, and settles one of which nobody knew. A message whose call has not
 * come back yet is settled by the note when its reply turns out to be lost.
 */
export function recordDelivery(
  sql: Statements,
  at: { user: UserNumber; atMs: number; nowMs: number },
  delivery: Delivery,
): void {
  const number = findNamed(sql, at.user, delivery) ?? findOnly(sql, at, delivery)
  if (number === undefined) return
  sql(
    `UPDATE messages SET delivered = ?, platform_id = coalesce(platform_id, ?) WHERE user = ? AND id = ?`,
  ).run(writeDelivered(delivery), delivery.platformId ?? null, at.user, number)
  const message = readMessage(sql, at.user, number)!
  if (message.row.state === 'unknown') settleUnknown(sql, message, at.nowMs)
}

function findNamed(sql: Statements, user: UserNumber, { platformId }: Delivery) {
  if (platformId === undefined) return undefined
  return sql<{ id: number }>('SELECT id FROM messages WHERE user = ? AND platform_id = ?').get(
    user,
    platformId,
  )?.id
}

/** Where the message's own id does not tell: the one that it can be. Of two, a guess might settle the wrong one. */
function findOnly(
  sql: Statements,
  { user, atMs }: { user: UserNumber; atMs: number },
  { templateId, platformId }: Delivery,
): number | undefined {
  const found = sql<{ id: number }>(
    `SELECT id FROM messages
     WHERE user = ?1 AND channel = ?2 AND template_id = ?3 AND state IN (?4, ?5, ?6) AND delivered IS NULL
       AND (platform_id IS NULL OR ?7 IS NULL)
       AND created_ms <= ?8 + ${deliveryRule.skewMs}
       AND (settled_ms IS NULL OR settled_ms >= ?8 - ${deliveryRule.withinMs})
     LIMIT 2`,
  ).all(
    user,
    channelCode.of('subscribe'),
    templateId,
    stateCode.of('sending'),
    stateCode.of('sent'),
    stateCode.of('unknown'),
    platformId ?? null,
    atMs,
  )
  return found.length === 1 ? found[0]!.id : undefined
}
