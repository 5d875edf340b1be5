import { abandoned, dueToOthers, refusalOf } from '../claim-rules.ts'
import { stateCode } from '../row-codes.ts'
import type { ClaimedMessage, ClaimMessages, UserNumber } from '../store.ts'
import type { StoredMessage } from '../stored-message.ts'
import { engineNow, engineNowOnce } from './clock.ts'
import { heldCredit, lockMessage, readMessage } from './message-row.ts'
import { end, handOver, lease } from './message-states.ts'
import { take } from './open-message.ts'
import type { Sql } from './sql.ts'

interface Due {
  user: UserNumber
  id: number
  isOwn: boolean
}

/**
 * Leases of dead processes end by time alone. Who is busy is not waited for: his messages are due at the next call,
 * too, and two callers that wait for each other's users would wait for ever.
 */
export async function claimMessages(sql: Sql, input: ClaimMessages): Promise<ClaimedMessage[]> {
  const due = await findDue(sql, input)
  if (due.length === 0) return []
  const free = await lockUsers(sql, due)
  const claimed: ClaimedMessage[] = []
  for (const { user, id } of due) {
    if (!free.has(user) || !(await isStillDue(sql, user, id))) continue
    claimed.push(await claim(sql, (await lockMessage(sql, user, id))!, input))
  }
  return claimed
}

async function findDue(sql: Sql, input: ClaimMessages): Promise<Due[]> {
  const due = await sql.all<Due>(
    `SELECT usr AS user, id, (state = ${stateCode.of('sending')} AND holder IS NOT DISTINCT FROM $1) AS "isOwn"
     FROM messages WHERE state < 2 AND due <= ${engineNowOnce} ORDER BY due LIMIT $2`,
    input.holder,
    input.limit + input.holding.length,
  )
  return dueToOthers(due, input)
}

async function lockUsers(sql: Sql, due: Due[]): Promise<Set<UserNumber>> {
  const rows = await sql.all<{ usr: UserNumber }>(
    'SELECT usr FROM users WHERE usr = ANY($1::bigint[]) ORDER BY usr FOR UPDATE SKIP LOCKED',
    due.map(({ user }) => user),
  )
  return new Set(rows.map(({ usr }) => usr))
}

/** Another one may have had it since, or have it in hand. */
async function isStillDue(sql: Sql, user: UserNumber, id: number): Promise<boolean> {
  const found = await sql.get(
    `SELECT 1 FROM messages WHERE usr = $1 AND id = $2 AND state < 2 AND due <= ${engineNow}
     FOR UPDATE SKIP LOCKED`,
    user,
    id,
  )
  return found !== undefined
}

async function claim(
  sql: Sql,
  stored: StoredMessage,
  input: ClaimMessages,
): Promise<ClaimedMessage> {
  if (stored.row.state === 'sending') {
    await handOver(sql, stored, input)
    const credit = await heldCredit(sql, stored)
    return abandoned(await read(sql, stored), stored, credit)
  }
  const taken = await takeForQueued(sql, stored, input)
  if ('refusal' in taken) {
    await end(sql, stored, { state: 'refused', reason: taken.refusal, nowMs: input.nowMs })
    return { message: await read(sql, stored), abandoned: false, probe: false }
  }
  await lease(sql, stored, taken.credit, input)
  return { message: await read(sql, stored), abandoned: false, ...taken }
}

async function takeForQueued(sql: Sql, stored: StoredMessage, input: ClaimMessages) {
  const { row, number, kinds, ref } = stored
  const refusal = refusalOf(row, input)
  if (refusal) return { refusal }
  const creditQuery = { user: row.user, kinds, ref, message: number, nowMs: input.nowMs }
  return take(sql, creditQuery, { ...input, app: stored.app, channel: row.channel })
}

const read = async (sql: Sql, { row, number }: StoredMessage) =>
  (await readMessage(sql, row.user, number))!.row
