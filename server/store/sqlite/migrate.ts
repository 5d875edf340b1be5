import { broadcastResultsSchema } from '../broadcast-results-schema.ts'
import { broadcastsSchema } from '../broadcasts-schema.ts'
import { changesSchema } from '../changes-schema.ts'
import { creditTagsSchema } from '../credit-tags-schema.ts'
import { initialSchema } from '../initial-schema.ts'
import {
  codeRequests,
  dueMigrations,
  forwardedPushes,
  heldOutRecipients,
  scheduledMessages,
  toldBroadcasts,
  type Migration,
} from '../migrations.ts'
import { pushContentsSchema } from '../push-contents-schema.ts'
import { tagResultsSchema } from '../tag-results-schema.ts'
import { webhooksSchema } from '../webhooks-schema.ts'
import type { Database } from './database.ts'

const types: Record<string, string> = { bytea: 'BLOB', text: 'TEXT', engine_ms: 'REAL' }
const columnTypes = /\b(bigint|int|smallint|boolean|bytea|text|engine_ms)\b/g

const withTypes = (schema: string): string =>
  schema.replaceAll(columnTypes, (type) => types[type] ?? 'INTEGER')

/** Rows that are read by user are clustered by user. Every type is enforced (STRICT). */
const initial = initialSchema({
  identity: '',
  clustered: ' STRICT, WITHOUT ROWID',
  plain: ' STRICT',
  often: '',
  sometimes: '',
})

/** AUTOINCREMENT: no number comes again after the rows behind it are deleted. */
const changes = changesSchema('bigint PRIMARY KEY AUTOINCREMENT', ' STRICT')

/**
 * Where SQLite splits a page of an index, the free space keeps copies of entries, and nothing
 * overwrites those of a user who is erased later. So no index holds an openId, and the pages of
 * `users` are never split: rows are only added behind the last one, and none grows. A new row has
 * the longest values of two bytes, on a day that never comes, so that counting does not lengthen
 * it. The counts of the day of this migration begin again.
 */
const findByOpenKey = `
CREATE TABLE users_by_key (
  usr           INTEGER PRIMARY KEY,
  app           INTEGER NOT NULL,
  day           INTEGER NOT NULL DEFAULT -32768,
  events_of_day INTEGER NOT NULL DEFAULT -32768,
  below_minimum INTEGER NOT NULL DEFAULT false,
  open_id       TEXT,
  open_key      BLOB,
  UNIQUE (app, open_key)
) STRICT;
INSERT INTO users_by_key (usr, app, below_minimum, open_id, open_key)
SELECT usr, app, below_minimum, open_id, open_key(open_id) FROM users ORDER BY usr;
DROP TABLE users;
ALTER TABLE users_by_key RENAME TO users;
`

const webhooks = webhooksSchema('', ' STRICT', ' STRICT, WITHOUT ROWID')

const broadcasts = broadcastsSchema('', ' STRICT', ' STRICT, WITHOUT ROWID')

export const migrations: readonly Migration[] = [
  { name: '0001-initial-schema', sql: withTypes(initial) },
  { name: '0002-changes', sql: withTypes(changes) },
  { name: '0003-find-by-open-key', sql: findByOpenKey },
  { name: '0004-forwarded-pushes', sql: withTypes(forwardedPushes) },
  {
    name: '0005-push-contents',
    sql: withTypes(pushContentsSchema(' STRICT, WITHOUT ROWID')),
  },
  { name: '0006-code-requests', sql: withTypes(codeRequests) },
  { name: '0007-webhooks', sql: withTypes(webhooks) },
  { name: '0008-scheduled-messages', sql: withTypes(scheduledMessages) },
  { name: '0009-broadcasts', sql: withTypes(broadcasts) },
  { name: '0010-credit-tags', sql: withTypes(creditTagsSchema(' STRICT, WITHOUT ROWID')) },
  { name: '0011-held-out-recipients', sql: withTypes(heldOutRecipients) },
  { name: '0012-broadcast-changes', sql: withTypes(toldBroadcasts) },
  {
    name: '0013-broadcast-results',
    sql: withTypes(broadcastResultsSchema(' STRICT, WITHOUT ROWID')),
  },
  {
    name: '0014-tag-results',
    sql: withTypes(tagResultsSchema('', ' STRICT', ' STRICT, WITHOUT ROWID')),
  },
]

/** Brings the file to this version's schema. Each migration and its record are one transaction. */
export function migrate(db: Database, list = migrations): void {
  db.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID')
  const applied = db.prepare('SELECT name FROM migrations').all() as { name: string }[]
  const names = applied.map(({ name }) => name)
  for (const { name, sql } of dueMigrations(list, names)) {
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(sql)
      db.prepare('INSERT INTO migrations (name) VALUES (?)').run(name)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}
