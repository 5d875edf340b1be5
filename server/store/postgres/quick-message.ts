/**
 * The common way to open a message: one statement, for a message or for many. It changes nothing where anything is out
 * of the ordinary: a stranger, a key whose place is taken, a channel that is stopped, a day that is full or not begun,
 * no credit that nobody has in hand. `openMessage` answers those.
 */
import type { CreditId, OpenedMessage, OpenMessage, UserNumber } from '../store.ts'
import { channelCode, kindCode, kindMask } from '../row-codes.ts'
import { firstNumber, messageId } from '../row-ids.ts'
import { engineNow } from './clock.ts'
import { manyRows, oneRow, valuesOfMany, valuesOfOne } from './columns.ts'
import type { Columns } from './columns.ts'
import type { Sql } from './sql.ts'

interface Asked {
  app_id: string
  open_id: string
  number: number
  key: Uint8Array
  body: Uint8Array
  channel: number
  template_id: string | null
  kinds: number
  ref: string | null
  payload: string
  holder: string
  lease_ms: number
  now_ms: number
  key_ends_ms: number
  deadline_ms: number
}

const columns: Columns<Asked> = {
  app_id: 'text',
  open_id: 'text',
  number: 'bigint',
  key: 'bytea',
  body: 'bytea',
  channel: 'smallint',
  template_id: 'text',
  kinds: 'int',
  ref: 'text',
  payload: 'text',
  holder: 'text',
  lease_ms: 'bigint',
  now_ms: 'bigint',
  key_ends_ms: 'bigint',
  deadline_ms: 'bigint',
}

type Limited = Asked & { today: number; most: number }

const limitedColumns: Columns<Limited> = { ...columns, today: 'int', most: 'int' }

/** Who has locked a credit is not waited for: another one is taken, or the careful way waits. */
const open = (asked: string, limited: boolean) => `
WITH asked AS (${asked}),
welcome AS (
  SELECT asked.*, users.usr
  FROM asked JOIN apps USING (app_id) JOIN users ON users.app = apps.app AND users.open_id = asked.open_id
  WHERE NOT EXISTS (SELECT 1 FROM messages WHERE messages.usr = users.usr AND messages.id = asked.number)
    AND NOT EXISTS (SELECT 1 FROM stops WHERE stops.app = apps.app AND stops.channel = asked.channel
                      AND (stops.shut OR stops.until_ms > asked.now_ms))
),
picked AS (
  SELECT welcome.*, credit.id AS credit, credit.kind, credit.credit_ref, credit.generation
  FROM welcome ${limited ? notYetFull : ''}
  CROSS JOIN LATERAL (
    SELECT id, kind, credits.ref AS credit_ref, generation FROM credits
    WHERE usr = welcome.usr AND (welcome.kinds & (1 << kind)) <> 0
      AND (welcome.ref IS NULL OR credits.ref = welcome.ref)
      AND uses_left IS DISTINCT FROM 0 AND (usable_until_ms > welcome.now_ms OR usable_until_ms IS NULL)
    ORDER BY below_minimum, usable_until_ms NULLS LAST, id LIMIT 1 FOR UPDATE SKIP LOCKED
  ) AS credit
),
written AS (
  INSERT INTO messages (usr, id, key, body, channel, template_id, kinds, ref, payload, state, attempts, credit,
    credit_generation, shown, holder, due, key_ends_ms, created_ms, deadline_ms${limited ? ', day' : ''})
  SELECT usr, number, key, body, channel, template_id, kinds, ref, payload, 1, 1, credit,
    generation, 1, holder, ${engineNow} + lease_ms, key_ends_ms, now_ms, deadline_ms${limited ? ', today' : ''}
  FROM picked ORDER BY usr
  ON CONFLICT DO NOTHING RETURNING usr, id
),
${limited ? counted : ''}
taken AS (
  UPDATE credits SET uses_left = credits.uses_left - 1, reserved = credits.reserved + 1, n = credits.n + 1
  FROM picked JOIN written ON written.usr = picked.usr AND written.id = picked.number
  WHERE credits.usr = picked.usr AND credits.id = picked.credit
  RETURNING picked.nth, picked.usr, picked.number, picked.now_ms, picked.credit, picked.kind, picked.credit_ref,
    picked.generation, credits.n, credits.uses_left
),
entered AS (
  INSERT INTO entries (usr, credit, n, change, uses, reserved, message, at_ms)
  SELECT usr, credit, n, 2, CASE WHEN uses_left IS NULL THEN 0 ELSE -1 END, 1, number, now_ms FROM taken
)
SELECT nth, usr, credit, kind, credit_ref AS ref, generation FROM taken`

/** The row is there, and nobody else counts at it now. */
const notYetFull = `CROSS JOIN LATERAL (
    SELECT 1 FROM user_days WHERE usr = welcome.usr AND (day <> welcome.today OR count < welcome.most)
    FOR UPDATE SKIP LOCKED
  ) AS day`

const counted = `counted AS (
  UPDATE user_days SET day = picked.today,
    count = CASE user_days.day WHEN picked.today THEN user_days.count ELSE 0 END + 1
  FROM picked JOIN written ON written.usr = picked.usr AND written.id = picked.number
  WHERE user_days.usr = picked.usr
),`

export const openOne = open(oneRow(columns), false)
const openOneLimited = open(oneRow(limitedColumns), true)
const openMany = open(manyRows(columns), false)
const openManyLimited = open(manyRows(limitedColumns), true)

/** Whether the one statement may be tried at all. */
export const isQuick = ({ limit }: OpenMessage): boolean => limit?.closed === undefined

export type Quick = { input: OpenMessage; limited: boolean }

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
    message: {
      id: messageId(usr, firstNumber(input.keyHash)),
      appId: input.appId,
      user: usr,
      openId: input.openId,
      channel: input.channel,
      templateId: input.templateId,
      state: 'sending',
      inferred: false,
      reason: undefined,
      payload: input.payload,
      attempts: 1,
      creditsBurnt: 0,
      createdAtMs: input.nowMs,
      deadlineMs: input.deadlineMs,
      settledAtMs: undefined,
    },
    credit: { id: credit, kind: kindCode.word(kind), ref, generation, shown: 1 },
    probe: false,
  }
}
