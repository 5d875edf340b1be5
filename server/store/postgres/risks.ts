/** Settings of the database under which an acknowledged write may be lost. */
import type { AsyncSql } from './sql.ts'

const risks: Readonly<Record<string, string>> = {
  synchronous_commit:
    'synchronous_commit is off: what was acknowledged may be lost when the database crashes. ' +
    'Set it to on for the user of DATABASE_URL',
  fsync: 'fsync is off: a power cut may destroy the whole database. Set it to on',
  full_page_writes:
    'full_page_writes is off: a power cut may leave pages that are half written. Set it to on',
}

/** Engines with PostgreSQL's protocol may not know all of these settings. */
const selectOff = `
  SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) = 'off'`

/** Each with what to do. */
export async function findRisks(sql: AsyncSql): Promise<{ setting: string; text: string }[]> {
  const off = await sql.all<{ name: string }>(selectOff, Object.keys(risks))
  return off.map(({ name }) => ({ setting: name, text: risks[name]! }))
}
