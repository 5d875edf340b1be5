import { deliveryRule } from '../../rules/credits.ts'
import { channelCode, stateCode } from '../row-codes.ts'
import type { Delivery, UserNumber } from '../store.ts'
import { writeDelivered } from '../stored-message.ts'
import { lockMessage } from './message-row.ts'
import { settleUnknown } from './message-states.ts'
import type { Sql } from './sql.ts'

/**
 * Notes with a subscribe message what became of it, and settles one of which nobody knew. A message whose call has not
 * come back yet is settled by the note when its reply turns out to be lost. The caller has locked the user.
 */
export async function recordDelivery(
  sql: Sql,
  at: { user: UserNumber; atMs: number; nowMs: number },
  delivery: Delivery,
): Promise<void> {
  const number = (await findNamed(sql, at.user, delivery)) ?? (await findOnly(sql, at, delivery))
  if (number === undefined) return
  await sql.run(
    `UPDATE messages SET delivered = $1, platform_id = coalesce(platform_id, $2) WHERE usr = $3 AND id = $4`,
    writeDelivered(delivery),
    delivery.platformId ?? null,
    at.user,
    number,
  )
  const message = (await lockMessage(sql, at.user, number))!
  if (message.row.state === 'unknown') await settleUnknown(sql, message, at.nowMs)
}

async function findNamed(sql: Sql, user: UserNumber, { platformId }: Delivery) {
  if (platformId === undefined) return undefined
  const row = await sql.get<{ id: number }>(
    'SELECT id FROM messages WHERE usr = $1 AND platform_id = $2 ORDER BY id LIMIT 1',
    user,
    platformId,
  )
  return row?.id
}

/** Where the message's own id does not tell: the one that it can be. Of two, a guess might settle the wrong one. */
async function findOnly(
  sql: Sql,
  { user, atMs }: { user: UserNumber; atMs: number },
  { templateId, platformId }: Delivery,
): Promise<number | undefined> {
  const found = await sql.all<{ id: number }>(
    `SELECT id FROM messages
     WHERE usr = $1 AND channel = $2 AND template_id = $3 AND state IN ($4, $5, $6) AND delivered IS NULL
       AND (platform_id IS NULL OR $7::text IS NULL)
       AND created_ms <= $8::bigint + ${deliveryRule.skewMs}
       AND (settled_ms IS NULL OR settled_ms >= $8::bigint - ${deliveryRule.withinMs})
     LIMIT 2`,
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
