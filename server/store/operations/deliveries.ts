/** WeChat's delivery reports of subscribe messages. */
import { deliveryRule } from '../../rules/credits.ts'
import { channelCode, stateCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { Delivery, UserNumber } from '../store.ts'
import { countDelivery } from './broadcast-results.ts'
import { countTags } from './tag-results.ts'
import { endMessage, lockMessage, writeDelivered } from './message-rows.ts'

/** `isFirst`: no report on it came before. */
interface ReportedMessage {
  id: number
  isFirst: number | boolean
}

interface ReceivedDelivery extends Delivery {
  user: UserNumber
  atMs: number
  nowMs: number
}

/**
 * Stores the report with its message, and settles a message whose outcome is unknown. A message
 * whose call has not returned yet is settled by the report if its reply turns out to be lost. The
 * caller has locked the user.
 */
export function* recordDelivery(sql: Sql, delivery: ReceivedDelivery): Operation<void> {
  const { user, platformId, nowMs } = delivery
  const found =
    (yield* findByPlatformId(sql, delivery)) ?? (yield* findOnlyCandidate(sql, delivery))
  if (!found) return
  const { id: number, isFirst } = found
  const reported = yield* sql.get<{ tags: string | null }>(
    `UPDATE messages SET delivered = $1, platform_id = coalesce(platform_id, $2)
     WHERE usr = $3 AND id = $4 RETURNING tags`,
    writeDelivered(delivery),
    platformId ?? null,
    user,
    number,
  )
  if (isFirst) {
    const arrived = delivery.reason === undefined
    const { atMs } = delivery
    yield* countDelivery(sql, { user, message: number, arrived, atMs })
    const result = arrived ? 'delivered' : 'undelivered'
    yield* countTags(sql, { user, tags: reported!.tags, result, atMs })
  }
  const message = (yield* lockMessage(sql, user, number))!
  if (message.row.state !== 'unknown') return
  yield* endMessage(sql, message, { state: 'unknown', reason: message.row.reason, nowMs })
}

function* findByPlatformId(sql: Sql, { user, platformId }: ReceivedDelivery) {
  if (platformId === undefined) return undefined
  return yield* sql.get<ReportedMessage>(
    `SELECT id, delivered IS NULL AS "isFirst" FROM messages
     WHERE usr = $1 AND platform_id = $2 ORDER BY id LIMIT 1`,
    user,
    platformId,
  )
}

/** The message that the report must be about. Between two, a guess might settle the wrong one. */
function* findOnlyCandidate(
  sql: Sql,
  { user, templateId, platformId, atMs }: ReceivedDelivery,
): Operation<ReportedMessage | undefined> {
  const found = yield* sql.all<{ id: number }>(
    `SELECT id FROM messages
     WHERE usr = $1 AND channel = $2 AND template_id = $3 AND state IN ($4, $5, $6)
       AND delivered IS NULL AND (platform_id IS NULL OR CAST($7 AS text) IS NULL)
       AND created_ms <= $8 AND (settled_ms IS NULL OR settled_ms >= $9)
     LIMIT 2`,
    user,
    channelCode.of('subscribe'),
    templateId,
    stateCode.of('sending'),
    stateCode.of('sent'),
    stateCode.of('unknown'),
    platformId ?? null,
    atMs + deliveryRule.skewMs,
    atMs - deliveryRule.withinMs,
  )
  return found.length === 1 ? { id: found[0]!.id, isFirst: true } : undefined
}
