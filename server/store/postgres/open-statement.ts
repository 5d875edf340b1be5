/** The statement that opens a message, or many: see quick-message.ts. */
import { engineNow } from './clock.ts'
import { manyRows, oneRow } from './columns.ts'
import type { Columns } from './columns.ts'

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

export const columns: Columns<Asked> = {
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

export type Limited = Asked & { today: number; most: number }

export const limitedColumns: Columns<Limited> = { ...columns, today: 'int', most: 'int' }

/**
 * Who has the credit in hand that ends first is not waited for here, nor passed over: what it has left may be given
 * back, and would end unused. The careful way waits. What must not be there is looked up by its whole key, row by row:
 * of NOT EXISTS the planner makes a join, on a part of it while tables are small.
 */
const open = (asked: string, limited: boolean) => `
WITH asked AS (${asked}),
welcome AS (
  SELECT asked.*, users.usr
  FROM asked JOIN apps USING (app_id) JOIN users ON users.app = apps.app AND users.open_id = asked.open_id
  WHERE (SELECT 1 FROM messages WHERE messages.usr = users.usr AND messages.id = asked.number) IS NULL
    AND (SELECT 1 FROM suspensions WHERE suspensions.app = apps.app AND suspensions.channel = asked.channel
           AND (suspensions.shut OR suspensions.until_ms > asked.now_ms)) IS NULL
),
picked AS (
  SELECT welcome.*, credit.id AS credit, credit.kind, credit.credit_ref, credit.generation
  FROM welcome ${limited ? notYetFull : ''}
  CROSS JOIN LATERAL (
    SELECT id, kind, credits.ref AS credit_ref, generation FROM credits
    WHERE usr = welcome.usr AND uses_left IS DISTINCT FROM 0 AND id = (
      SELECT id FROM credits
      WHERE usr = welcome.usr AND (welcome.kinds & (1 << kind)) <> 0
        AND (welcome.ref IS NULL OR credits.ref = welcome.ref)
        AND uses_left IS DISTINCT FROM 0 AND (usable_until_ms > welcome.now_ms OR usable_until_ms IS NULL)
      ORDER BY below_minimum, usable_until_ms NULLS LAST, id LIMIT 1)
    FOR UPDATE SKIP LOCKED
  ) AS credit
),
written AS (
  INSERT INTO messages (usr, id, key, body, channel, template_id, kinds, ref, payload, state, attempts, credit,
    credit_generation, presentations, holder, due, key_ends_ms, created_ms, deadline_ms${limited ? ', day' : ''})
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
  INSERT INTO credit_history (usr, credit, n, change, uses, reserved, message, at_ms)
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
export const openOneLimited = open(oneRow(limitedColumns), true)
export const openMany = open(manyRows(columns), false)
export const openManyLimited = open(manyRows(limitedColumns), true)
