/** Rows for lists, the same on each engine. Numbers are spread as in a store. */
import { writePlan } from '../../server/broadcasts/plan.ts'
import { dialect as postgresDialect } from '../../server/store/postgres/dialect.ts'
import { broadcastCode, kindCode, reasonStart, stateCode } from '../../server/store/rows.ts'
import { dialect as sqliteDialect } from '../../server/store/sqlite/sql.ts'

export const apps = ['wxlists000000000a', 'wxlists000000000b'] as const
export const openIdOf = (user: number): string => `user-${user}`
/** When the first message was requested, and how much later each next one was. */
export const firstMs = Date.UTC(2026, 0, 1)
export const everyMs = 1_000

/** After all messages of a fill; the credits end after it. */
export const lastMs = firstMs + 10 ** 9 * everyMs

/** How an engine writes some bytes. */
const bytes = { SQLite: "x'00'", PostgreSQL: "'\\x00'::bytea" } as const

const plan = writePlan({
  message: { channel: 'subscribe', templateId: 'T1', data: { thing1: { value: 'coffee' } } },
  audience: { from: 'holders' },
})

const dialects = { SQLite: sqliteDialect, PostgreSQL: postgresDialect }

export type EngineName = keyof typeof bytes

/**
 * Statements that fill empty tables: a tenth of the users is of the second app, each user has one
 * message on average, two credits, of which two thirds can be used, a share into a group with an
 * arrival, an event, a push with its content, a place in one of three paused broadcasts, and a
 * code; a hundredth of the messages was refused, and ten are being sent.
 */
export function fill(rows: number, engine: EngineName): string[] {
  const numbers = `WITH RECURSIVE n (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${rows})`
  const blob = engine === 'SQLite' ? 'blob' : 'bytea'
  const openIds = dialects[engine].openIdColumns("'user-' || n")
  return [
    `INSERT INTO apps (app_id) VALUES ('${apps[0]}'), ('${apps[1]}')`,
    `${numbers} INSERT INTO users (usr, app, ${Object.keys(openIds).join()})
     SELECT ${spread('n')}, CASE n % 10 WHEN 0 THEN 2 ELSE 1 END,
       ${Object.values(openIds).join()} FROM n`,
    `${numbers} INSERT INTO messages (usr, id, due, key_ends_ms, created_ms, deadline_ms,
       settled_ms, kinds, attempts, channel, state, body, template_id, reason, payload)
     SELECT ${spread(`(n * 7) % ${rows} + 1`)}, ${spread('n')},
       CASE WHEN n <= 10 THEN 0 END, 0, ${firstMs} + n * ${everyMs}, 0,
       CASE WHEN n > 10 THEN 0 END, 1, 1, 1,
       CASE WHEN n <= 10 THEN ${stateCode.of('sending')}
            WHEN n % 100 = 0 THEN ${stateCode.of('refused')} ELSE ${stateCode.of('sent')} END,
       ${bytes[engine]}, 'T' || (n % 5),
       CASE WHEN n > 10 AND n % 100 = 0 THEN '${reasonStart('no_credit')},"detail":"none"}' END,
       '{"data":{"keyword1":{"value":"339208499"},"keyword2":{"value":"2026-01-01 10:00"}}}'
     FROM n`,
    `${numbers} INSERT INTO credits (usr, id, kind, ref, uses_left, usable_until_ms)
     SELECT ${spread('n')}, 1, ${kindCode.of('form')}, 'form-' || n, n % 3,
       ${lastMs} + n FROM n`,
    `${numbers} INSERT INTO credits (usr, id, kind, ref, uses_left)
     SELECT ${spread('n')}, 2, ${kindCode.of('subscription')}, 'T' || (n % 5), n % 3 FROM n`,
    `${numbers} INSERT INTO groups (app, open_gid, first_seen_ms)
     SELECT CASE n % 10 WHEN 0 THEN 2 ELSE 1 END, 'group-' || n, ${firstMs} + n FROM n`,
    `INSERT INTO group_members (grp, usr, first_seen_ms)
     SELECT grp, ${spread('grp')}, ${firstMs} FROM groups`,
    `${numbers} INSERT INTO shares (app, usr, share_id, started_ms, page)
     SELECT CASE n % 10 WHEN 0 THEN 2 ELSE 1 END, ${spread('n')}, 'share-' || n,
       ${firstMs} + n * ${everyMs}, 'pages/index' FROM n`,
    `${numbers} INSERT INTO wxa_codes (app, key, state, asked_ms, scene, described)
     SELECT CASE n % 10 WHEN 0 THEN 2 ELSE 1 END,
       CAST('code-' || n AS ${blob}), 3,
       ${firstMs} + n * ${everyMs}, 'scene-' || n, '{"kind":"scene","page":"pages/index"}' FROM n`,
    `INSERT INTO scenes (app, scene, made_ms, payload, share_id)
     SELECT app, 'scene-' || share, started_ms, '{"order":42}', share_id FROM shares`,
    `INSERT INTO group_shares (grp, share) SELECT grp, grp FROM groups`,
    `INSERT INTO arrivals (usr, share, grp, at_ms, received_ms, scene, page)
     SELECT ${spread('grp')}, grp, grp, ${firstMs} + grp, ${firstMs} + grp, 1044, 'pages/index'
     FROM groups`,
    `${numbers} INSERT INTO pushes (received_ms, usr, app, key, type)
     SELECT ${firstMs} + n * ${everyMs}, ${spread('n')}, CASE n % 10 WHEN 0 THEN 2 ELSE 1 END,
       CAST('push-' || n AS ${blob}), 'text' FROM n`,
    `${numbers} INSERT INTO events (usr, id, at_ms, received_ms, recorded, type, raw)
     SELECT ${spread('n')}, 'event-' || n, ${firstMs} + n, ${firstMs} + n, true, 'credits', '{}'
     FROM n`,
    `${numbers} INSERT INTO credit_tags (usr, credit, tag)
     SELECT ${spread('n')}, 2, 'tag-' || (n % 7) FROM n`,
    `${numbers} INSERT INTO user_days (usr, day, count) SELECT ${spread('n')}, n % 9, 1 FROM n`,
    `${numbers} INSERT INTO broadcasts (created_ms, due_ms, served_ms, minute_ms, app, recipients,
       state, id, key, body, plan)
     SELECT ${firstMs}, 0, 0, 0, 1, ${rows} / 3, ${broadcastCode.of('paused')}, 'bc_' || n,
       CAST('key-' || n AS ${blob}), ${bytes[engine]}, '${plan}' FROM n WHERE n <= 3`,
    `${numbers} INSERT INTO broadcast_recipients (broadcast, usr)
     SELECT n % 3 + 1, ${spread('n')} FROM n`,
    `INSERT INTO push_contents (usr, received_ms, ends_ms, key, content)
     SELECT usr, received_ms, ${lastMs} + received_ms, key, '{"MsgType":"text","Content":"hello"}'
     FROM pushes`,
  ]
}

/** A statement that adds messages of one user. */
export const messagesOf = (openId: string, count: number, engine: EngineName): string =>
  `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${count})
   INSERT INTO messages (usr, id, key_ends_ms, created_ms, deadline_ms, kinds, channel, state, body)
   SELECT usr, n, 0, ${firstMs} + n / 2, 0, 1, 1, ${stateCode.of('sent')}, ${bytes[engine]}
   FROM n, users WHERE open_id = '${openId}'`

/** Unique below 2^48. */
const spread = (n: string) => `((${n}) * 2654435761) % 281474976710656`
