/**
 * The common way to open a message: one statement, for a message or for many. It changes nothing where anything is out
 * of the ordinary: a stranger, a key whose place is taken, a channel that is stopped, a day that is full or not begun,
 * no credit that nobody has in hand. `openMessage` answers those.
 */
import { newMessage } from '../opening.ts'
import { channelCode, kindCode, kindMask } from '../row-codes.ts'
import { firstNumber } from '../row-ids.ts'
import type { CreditId, OpenedMessage, OpenMessage, UserNumber } from '../store.ts'
import { valuesOfMany, valuesOfOne } from './columns.ts'
import {
  columns,
  limitedColumns,
  openMany,
  openManyLimited,
  openOne,
  openOneLimited,
} from './open-statement.ts'
import type { Limited } from './open-statement.ts'
import type { Sql } from './sql.ts'

/** Whether the one statement may be tried at all. */
export const isQuick = ({ limit }: OpenMessage): boolean => limit?.closed === undefined

interface Taken {
  nth: number
  usr: UserNumber
  credit: CreditId
  kind: number
  ref: string
  generation: number
}

/** `undefined`: out of the ordinary, and nothing was changed. */
export async function openQuickly(
  sql: Sql,
  input: OpenMessage,
): Promise<OpenedMessage | undefined> {
  const row = asLimited(input)
  const taken = input.limit?.perDay
    ? await sql.get<Taken>(openOneLimited, ...valuesOfOne(limitedColumns, row))
    : await sql.get<Taken>(openOne, ...valuesOfOne(columns, row))
  return taken && opened(input, taken)
}

/** As `openQuickly`, for many users at once: of one user at most one message, and either all have a limit or none. */
export async function openManyQuickly(
  sql: Sql,
  inputs: readonly OpenMessage[],
): Promise<(OpenedMessage | undefined)[]> {
  const rows = inputs.map(asLimited)
  const taken = inputs[0]?.limit?.perDay
    ? await sql.all<Taken>(openManyLimited, ...valuesOfMany(limitedColumns, rows))
    : await sql.all<Taken>(openMany, ...valuesOfMany(columns, rows))
  const results: (OpenedMessage | undefined)[] = inputs.map(() => undefined)
  for (const one of taken) results[one.nth - 1] = opened(inputs[one.nth - 1]!, one)
  return results
}

const asLimited = (input: OpenMessage): Limited => ({
  app_id: input.appId,
  open_id: input.openId,
  number: firstNumber(input.keyHash),
  key: input.keyHash,
  body: input.bodyHash,
  channel: channelCode.of(input.channel),
  template_id: input.templateId ?? null,
  kinds: kindMask(input.kinds),
  ref: input.ref ?? null,
  payload: input.payload,
  holder: input.holder,
  lease_ms: Math.ceil(input.leaseMs),
  now_ms: input.nowMs,
  key_ends_ms: input.nowMs + input.keyKeptMs,
  deadline_ms: input.deadlineMs,
  today: input.limit?.perDay?.day ?? 0,
  most: input.limit?.perDay?.most ?? 0,
})

function opened(input: OpenMessage, taken: Taken): OpenedMessage {
  const { usr, credit, kind, ref, generation } = taken
  return {
    was: 'reserved',
    message: newMessage(input, { user: usr, number: firstNumber(input.keyHash) }),
    credit: { id: credit, kind: kindCode.word(kind), ref, generation, shown: 1 },
    probe: false,
  }
}
