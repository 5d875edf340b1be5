/** The database settings: DATABASE_URL and the settings of the connection pool. */
import type { PostgresStoreOptions } from '../store/postgres/store.ts'
import type { Parsed, SettingsReader } from './settings-reader.ts'
import { integer, oneOf, trueOrFalse } from './values.ts'

export type DatabaseSettings =
  | { engine: 'sqlite'; path: string }
  | ({ engine: 'postgres' } & Pick<
      PostgresStoreOptions,
      'url' | 'connections' | 'batchWrites' | 'kind'
    >)

/** `undefined`: `settings` has a problem. */
export function readDatabase(settings: SettingsReader): DatabaseSettings | undefined {
  const named = settings.required('DATABASE_URL', `set it to ${urlForms}`, databaseUrl)
  const connections = settings.optional('REACH_DATABASE_CONNECTIONS', integer(2, 1_000))
  const batchWrites = settings.optional('REACH_BATCH_WRITES', trueOrFalse)
  const kind = settings.optional('REACH_ENGINE', oneOf(['postgres', 'citus']))
  if (named?.engine !== 'postgres') return named
  return {
    ...named,
    ...(connections !== undefined && { connections }),
    ...(batchWrites !== undefined && { batchWrites }),
    ...(kind !== undefined && { kind }),
  }
}

const urlForms =
  'sqlite:PATH, such as sqlite:./data/reach.db, or postgres://USER:PASSWORD@HOST:PORT/DATABASE'

/** A problem does not quote the URL: it may contain a password. */
function databaseUrl(value: string): Parsed<DatabaseSettings> {
  if (/^postgres(ql)?:/.test(value)) return postgresUrl(value)
  const path = /^sqlite:(.+)$/.exec(value)?.[1]
  if (path) return { value: { engine: 'sqlite', path } }
  return { problem: `must be ${urlForms}` }
}

function postgresUrl(value: string): Parsed<DatabaseSettings> {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isWhole = url !== undefined && (url.hostname !== '' || url.searchParams.has('host'))
  if (isWhole && url.pathname.length > 1) return { value: { engine: 'postgres', url: value } }
  return {
    problem:
      'must be postgres://USER:PASSWORD@HOST:PORT/DATABASE, with characters other than letters ' +
      'and digits written as %XX',
  }
}
