/** Settings of the database under which "written" is no promise. */
import type { Log } from '../../runtime/world.ts'
import type { Sql } from './sql.ts'

const risks: Readonly<Record<string, string>> = {
  synchronous_commit:
    'synchronous_commit is off: what was acknowledged may be lost when the database crashes. Set it to on for the user of DATABASE_URL',
  fsync: 'fsync is off: a power cut may destroy the whole database. Set it to on',
  full_page_writes:
    'full_page_writes is off: a power cut may leave pages that are half written. Set it to on',
}

/** An engine that speaks as PostgreSQL does need not know them all. */
const offOf = `
  SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) = 'off'`

/** Whoever has chosen so is told at every start, and served. */
export const warnOfRisks = (log: Pick<Log, 'warn'>) => async (sql: Sql) => {
  const off = await sql.all<{ name: string }>(offOf, Object.keys(risks))
  for (const { name } of off) log.warn({ setting: name }, risks[name]!)
}
