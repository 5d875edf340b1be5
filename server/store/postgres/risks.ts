/** Settings of the database under which an acknowledged write may be lost. */
import { isDistributed } from './distribute.ts'
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

interface Risk {
  setting: string
  text: string
}

/** Each with what to do. */
export async function findRisks(sql: AsyncSql): Promise<Risk[]> {
  const off = await sql.all<{ name: string }>(selectOff, Object.keys(risks))
  const here = off.map(({ name }) => ({ setting: name, text: risks[name]! }))
  return (await isDistributed(sql)) ? [...here, ...(await findRisksOfWorkers(sql))] : here
}

/** Of workers that answer. A worker's name is not told. */
async function findRisksOfWorkers(sql: AsyncSql): Promise<Risk[]> {
  const names = Object.keys(risks).map((name) => `'${name}'`)
  const rows = await sql.all<{ name: string }>(
    `SELECT DISTINCT unnest(string_to_array(result, ',')) AS name FROM run_command_on_workers($cmd$
       SELECT string_agg(name, ',') FROM unnest(ARRAY[${names.join()}]) AS name
       WHERE current_setting(name, true) = 'off' $cmd$) WHERE success AND result <> ''`,
  )
  return rows
    .filter(({ name }) => name in risks)
    .map(({ name }) => ({ setting: name, text: `On a worker of Citus: ${risks[name]!}` }))
}
