/** A message as it is told to the outside. */
import type { Message } from '../../shared/wire.ts'
import type { MessageRow } from '../store/store.ts'
import { iso } from './time.ts'

export function messageReply(row: MessageRow): Message {
  return {
    id: row.id,
    channel: row.channel,
    ...(row.openId !== undefined && { openId: row.openId }),
    ...(row.templateId !== undefined && { templateId: row.templateId }),
    state: row.state === 'sending' ? 'queued' : row.state,
    ...(row.inferred && { inferred: true }),
    ...(row.reason && { reason: row.reason }),
    attempts: row.attempts,
    createdAt: iso(row.createdAtMs),
    deadline: iso(row.deadlineMs),
    ...(row.settledAtMs !== undefined && { settledAt: iso(row.settledAtMs) }),
  }
}
