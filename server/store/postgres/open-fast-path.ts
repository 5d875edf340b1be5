/**
 * The fast path to open a message: one statement, for one message or for many. It changes nothing
 * in an unusual case: an unknown user, a number that is taken, a suspended channel, a daily limit
 * that is reached or not counted yet, no credit that is free of locks, a message that waits. The
 * slow path, `openMessage`, decides those.
 */
import { postgresRules } from '../../rules/database.ts'
import { isWatched } from '../operations/changes.ts'
import { reservationOrder } from '../operations/credits.ts'
import { newMessage, openMessage } from '../operations/messages.ts'
import {
  changeCode,
  changeTypeCode,
  channelCode,
  kindCode,
  kindMask,
  stateCode,
  firstNumber,
  writeSender,
} from '../rows.ts'
import { perform, type AsyncSql } from './sql.ts'
import type { CreditId, OpenedMessage, OpenMessage, UserNumber } from '../store.ts'
import { createBatcher } from './batcher.ts'
import { manyRows, oneRow, valuesOfMany, valuesOfOne, type Columns } from './columns.ts'
import type { Database } from './database.ts'
import { engineNow } from './dialect.ts'

interface Deps extends Pick<Database, 'query' | 'brief' | 'transact'> {
  batchWrites: boolean
}

/** `openMessage` by the fast path where it decides, else by the slow one. */
export function createOpenMessage({ query, brief, transact, batchWrites }: Deps) {
  const openOne = (input: OpenMessage) => brief((sql) => openFast(sql, input))
  const batcher = () =>
    createBatcher<OpenMessage, OpenedMessage | undefined>({
      keyOf: ({ appId, openId }) => `${appId}\0${openId}`,
      runBatch: (inputs) => query((sql) => openManyFast(sql, inputs)),
      runOne: openOne,
      ...postgresRules.openBatches,
    })
  const unlimited = batchWrites ? batcher() : openOne
  const limited = batchWrites ? batcher() : openOne

  return async (input: OpenMessage): Promise<OpenedMessage> => {
    const { closed, perDay } = input.limit ?? {}
    const isUnusual = closed !== undefined || input.sendAtMs !== undefined
    const opened = isUnusual ? undefined : await (perDay ? limited : unlimited)(input)
    return opened ?? transact((sql) => perform(sql, (steps) => openMessage(steps, input)))
  }
}

/** `undefined`: an unusual case, and nothing was changed. */
export async function openFast(
  sql: AsyncSql,
  input: OpenMessage,
): Promise<OpenedMessage | undefined> {
  const row = rowOf(input)
  const taken = input.limit?.perDay
    ? await sql.get<Taken>(openTexts.limitedOne, ...valuesOfOne(limitedColumns, row))
    : await sql.get<Taken>(openTexts.one, ...valuesOfOne(columns, row))
  return taken && openedFrom(input, taken)
}

/** As `openFast`, for at most one message of each user. Either all have a daily limit or none. */
export async function openManyFast(
  sql: AsyncSql,
  inputs: readonly OpenMessage[],
): Promise<(OpenedMessage | undefined)[]> {
  const rows = inputs.map(rowOf)
  const taken = inputs[0]?.limit?.perDay
    ? await sql.all<Taken>(openTexts.limitedMany, ...valuesOfMany(limitedColumns, rows))
    : await sql.all<Taken>(openTexts.many, ...valuesOfMany(columns, rows))
  const results: (OpenedMessage | undefined)[] = inputs.map(() => undefined)
  for (const one of taken) results[one.nth - 1] = openedFrom(inputs[one.nth - 1]!, one)
  return results
}

interface Taken {
  nth: number
  usr: UserNumber
  belowMinimum: boolean
  credit: CreditId
  kind: number
  ref: string
  generation: number
}

const openedFrom = (
  input: OpenMessage,
  { usr, belowMinimum, credit, kind, ref, generation }: Taken,
): OpenedMessage => ({
  was: 'reserved',
  belowMinimum,
  message: newMessage(input, { user: usr, message: firstNumber(input.keyHash) }),
  credit: { id: credit, kind: kindCode.word(kind), ref, generation, presentations: 1 },
  probe: false,
})

type InputRow = ReturnType<typeof rowOf>

const columns: Columns<Omit<InputRow, 'today' | 'most'>> = {
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
  sent_by: 'text',
}

const limitedColumns: Columns<InputRow> = { ...columns, today: 'int', most: 'int' }

const rowOf = (input: OpenMessage) => ({
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
  sent_by: writeSender(input.sentBy),
  today: input.limit?.perDay?.day ?? 0,
  most: input.limit?.perDay?.most ?? 0,
})

/**
 * If another transaction has locked the credit that comes first, this neither waits for it nor
 * takes the next one: the uses that the other leaves may be given back, and would expire unused.
 * The slow path waits.
 *
 * `(SELECT 1 …) IS NULL` looks up by the whole key, row by row. From NOT EXISTS the planner makes a
 * join on a part of the key while tables are small.
 */
const textOf = (input: string, isLimited: boolean) => `
WITH input AS (${input}),
allowed AS (
  SELECT input.*, users.usr, users.below_minimum, apps.app, apps.watched
  FROM input JOIN apps USING (app_id)
    JOIN users ON users.app = apps.app AND users.open_id = input.open_id
  WHERE (SELECT 1 FROM messages
         WHERE messages.usr = users.usr AND messages.id = input.number) IS NULL
    AND (SELECT 1 FROM suspensions
         WHERE suspensions.app = apps.app AND suspensions.channel = input.channel
           AND (suspensions.shut OR suspensions.until_ms > input.now_ms)) IS NULL
),
picked AS (
  SELECT allowed.*, credit.id AS credit, credit.kind, credit.credit_ref, credit.generation
  FROM allowed ${isLimited ? belowLimit : ''}
  CROSS JOIN LATERAL (
    SELECT id, kind, credits.ref AS credit_ref, generation FROM credits
    WHERE usr = allowed.usr AND uses_left IS DISTINCT FROM 0 AND id = (
      SELECT id FROM credits
      WHERE usr = allowed.usr AND (allowed.kinds & (1 << kind)) <> 0
        AND (allowed.ref IS NULL OR credits.ref = allowed.ref) AND uses_left IS DISTINCT FROM 0
        AND (usable_until_ms > allowed.now_ms OR usable_until_ms IS NULL)
      ORDER BY ${reservationOrder} LIMIT 1)
    FOR UPDATE SKIP LOCKED
  ) AS credit
),
written AS (
  INSERT INTO messages (usr, id, key, body, channel, template_id, kinds, ref, payload, state,
    attempts, credit, credit_generation, presentations, holder, due, key_ends_ms, created_ms,
    deadline_ms, sent_by${isLimited ? ', day' : ''})
  SELECT usr, number, key, body, channel, template_id, kinds, ref, payload,
    ${stateCode.of('sending')}, 1, credit, generation, 1, holder, ${engineNow} + lease_ms,
    key_ends_ms, now_ms, deadline_ms, sent_by${isLimited ? ', today' : ''}
  FROM picked ORDER BY usr
  ON CONFLICT DO NOTHING RETURNING usr, id
),
${isLimited ? counted : ''}
taken AS (
  UPDATE credits
  SET uses_left = credits.uses_left - 1, reserved = credits.reserved + 1, n = credits.n + 1
  FROM picked JOIN written ON written.usr = picked.usr AND written.id = picked.number
  WHERE credits.usr = picked.usr AND credits.id = picked.credit
  RETURNING picked.nth, picked.usr, picked.below_minimum, picked.number, picked.now_ms,
    picked.credit, picked.kind, picked.credit_ref, picked.generation, picked.app, picked.watched,
    credits.n, credits.uses_left
),
recorded AS (
  INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta, message, at_ms)
  SELECT usr, credit, n, ${changeCode.of('reserved')},
    CASE WHEN uses_left IS NULL THEN 0 ELSE -1 END, 1, number, now_ms
  FROM taken
),
told AS (
  INSERT INTO new_changes (app, type, usr, subject, at_ms)
  SELECT app, ${changeTypeCode.of('message.created')}, usr, number, now_ms
  FROM taken WHERE ${isWatched('watched', 'message.created')}
)
SELECT nth, usr, below_minimum AS "belowMinimum", credit, kind, credit_ref AS ref, generation
FROM taken`

/** The user's count exists, is not locked, and leaves room. */
const belowLimit = `CROSS JOIN LATERAL (
    SELECT 1 FROM user_days
    WHERE usr = allowed.usr AND (day <> allowed.today OR count < allowed.most)
    FOR UPDATE SKIP LOCKED
  ) AS day`

const counted = `counted AS (
  UPDATE user_days SET day = picked.today,
    count = CASE user_days.day WHEN picked.today THEN user_days.count ELSE 0 END + 1
  FROM picked JOIN written ON written.usr = picked.usr AND written.id = picked.number
  WHERE user_days.usr = picked.usr
),`

/** The statements, by how many messages they open and whether there is a daily limit. */
export const openTexts = {
  one: textOf(oneRow(columns), false),
  limitedOne: textOf(oneRow(limitedColumns), true),
  many: textOf(manyRows(columns), false),
  limitedMany: textOf(manyRows(limitedColumns), true),
}
