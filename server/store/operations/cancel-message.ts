/** Cancelling a message before it is sent. */
import { readMessageId } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { Cancelled, CancelMessage } from '../store.ts'
import { endMessage, lockMessage } from './message-rows.ts'
import { lockUser } from './users.ts'

/** A message that waits holds no credit. One that is being sent cannot be called back. */
export function* cancelMessage(
  sql: Sql,
  { appId, id, nowMs }: CancelMessage,
): Operation<Cancelled | undefined> {
  const key = readMessageId(id)
  if (!key) return undefined
  // Who claims messages locks their users first.
  yield* lockUser(sql, key.user)
  const stored = yield* lockMessage(sql, key.user, key.number)
  if (stored?.row.appId !== appId) return undefined
  const { state } = stored.row
  const wasWaiting = state === 'scheduled' || state === 'queued'
  const message = wasWaiting
    ? yield* endMessage(sql, stored, { state: 'cancelled', nowMs })
    : stored.row
  return { message, wasWaiting }
}
