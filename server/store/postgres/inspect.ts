/** Looks at a PostgreSQL database with statements that only read. */
import type { MonotonicClock } from '../../runtime/world.ts'
import type { Inspection } from '../inspection.ts'
import { compareMigrations } from '../migrations.ts'
import { countCodes } from '../operations/codes.ts'
import { countSeals, findUsedTemplates } from '../operations/inspection.ts'
import { listWebhooks } from '../operations/webhooks.ts'
import type { Sql, Step } from '../sql.ts'
import { createDatabase } from './database.ts'
import { isDistributed } from './distribute.ts'
import { migrations } from './migrate.ts'
import { findRisks } from './risks.ts'
import { perform, type AsyncSql } from './sql.ts'

export function inspectPostgres(options: {
  url: string
  world: { monotonic: MonotonicClock }
}): Inspection {
  const db = createDatabase({ ...options, connections: 1 })
  const read = <Result>(question: (sql: Sql) => Step<Result>) =>
    db.query((sql) => perform(sql, question))
  return {
    facts: () => db.query(factsOf),
    countCodes: (appId) => read((sql) => countCodes(sql, appId)),
    countSeals: (limit) => read((sql) => countSeals(sql, limit)),
    findUsedTemplates: (limit) => read((sql) => findUsedTemplates(sql, limit)),
    listWebhooks: () => read((sql) => listWebhooks(sql)),
    close: db.close,
  }
}

const oldestVersion = 15

async function factsOf(sql: AsyncSql) {
  const row = await sql.get<{
    version: string
    number: number
    readOnly: string
    hasMigrations: boolean
    nowMs: number
  }>(
    `SELECT current_setting('server_version') AS version,
       current_setting('server_version_num')::int AS number,
       current_setting('transaction_read_only') AS "readOnly",
       to_regclass('migrations') IS NOT NULL AS "hasMigrations", $now AS "nowMs"`,
  )
  const { version, number, readOnly, hasMigrations, nowMs } = row!
  const applied = hasMigrations
    ? await sql.all<{ name: string }>('SELECT name FROM migrations')
    : []
  const risks = await findRisks(sql)
  const citus = await findCitus(sql)
  const unfit = unfitness(number, readOnly)
  return {
    version: `PostgreSQL ${version}${citus ? `, ${citus}` : ''}`,
    ...(unfit !== undefined && { unfit }),
    nowMs,
    risks: risks.map(({ text }) => text),
    ...compareMigrations(
      migrations,
      applied.map(({ name }) => name),
    ),
  }
}

/** What `doctor` says of Citus; `undefined`: the database has none. */
async function findCitus(sql: AsyncSql): Promise<string | undefined> {
  const row = await sql.get<{ version: string }>(
    `SELECT extversion AS version FROM pg_extension WHERE extname = 'citus'`,
  )
  if (!row) return undefined
  const where = (await isDistributed(sql)) ? 'tables distributed' : 'tables not distributed'
  return `Citus ${row.version}, ${where}`
}

function unfitness(number: number, readOnly: string): string | undefined {
  if (number < oldestVersion * 10_000) return `It must be PostgreSQL ${oldestVersion} or later.`
  if (readOnly === 'off') return undefined
  return (
    'It takes no writes, as a standby or with default_transaction_read_only: name another one in ' +
    'DATABASE_URL.'
  )
}
