/** Which errors say that the database cannot be used now. */
import { StoreUnavailableError } from '../store.ts'

interface DriverError extends Error {
  /** SQLSTATE of the server, or the operating system's word. */
  code?: string
  detail?: string | undefined
}

/**
 * Serialization failure or deadlock: the transaction was undone for another one, and can run again.
 */
export const isLostRace = (error: unknown): boolean =>
  ['40001', '40P01'].includes((error as DriverError).code ?? '')

const rights = 'give it those that docs/operations.md lists'
const pooler = 'where a pooler stands before it, let it keep prepared statements'
const damaged = 'its files are damaged: restore a backup'

const why: Record<string, string> = {
  '0A000':
    'its tables have changed meanwhile, it is older than PostgreSQL 15, or Citus does not run ' +
    'the statement',
  '25P02': 'a transaction was undone before its end',
  '25P03': 'it gave a transaction up that waited for this server',
  '25P04': 'it gave a transaction up that took too long',
  '25006': 'it is read-only: a standby, or one that is taking over',
  '26000': `it has forgotten a prepared statement: ${pooler}`,
  '28000': 'it refuses the user of DATABASE_URL',
  '28P01': 'it refuses the user or the password of DATABASE_URL',
  '3D000': 'it does not hold the database that DATABASE_URL names: create it',
  '3F000': 'it does not hold the schema of its user: create it, or restore a backup',
  '40003': 'it is unknown whether the statement was completed: ask again',
  '42501': `the user of DATABASE_URL lacks rights: ${rights}`,
  '42703': 'its tables are not of this version: run the migrate of this one, or restore a backup',
  '42P01': 'it does not hold the tables: run migrate if it is new, or restore a backup',
  '42P05': `it knows a prepared statement already: ${pooler}`,
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'it has too many connections: raise max_connections, or run fewer processes',
  '55000': 'it accepts no connections now',
  '55006': 'it is in use by who changes it',
  '55P03': 'a row stayed locked for too long',
  '57014': 'a statement took too long',
  '57P01': 'it is being shut down',
  '57P02': 'it has crashed and is starting again',
  '57P03': 'it is starting up or shutting down',
  '57P04': 'the database was dropped: create it, or restore a backup',
  '57P05': 'it closed a connection that was idle: let idle_session_timeout be 0 for its user',
  '72000': 'a statement took too long for what it looked at: ask again',
  F0000: 'its configuration is wrong: its log says where',
  XX001: damaged,
  XX002: damaged,
  ECONNREFUSED: 'nothing listens at the address of DATABASE_URL',
  ENOTFOUND: 'the host of DATABASE_URL has no address',
}

/**
 * Class 08: connection; 28: authorization; 53: memory, disk, connections; 57: operator; 58: I/O.
 */
const unavailableClasses = /^(08|28|53|57|58)/

/** What Citus says with the code of internal errors, when a worker fails or a shard has moved. */
const internalError = 'XX000'
const lostWorker = new RegExp(
  '^(failure on connection marked as essential|could not commit transaction for shard' +
    '|could not find (any )?(active|valid) placement|connection to the remote node' +
    '|failed to (execute|finish) task)',
)
const workerAway = 'a worker of Citus is away, or a shard moves: users of other shards are served'

function isOfWorker({ code = '', message }: DriverError): boolean {
  return lostWorker.test(message) && (code === internalError || unavailableClasses.test(code))
}

/** Whether the connection that met the error can no longer be relied on. */
export const breaksConnection = (error: unknown): boolean =>
  asStoreError(error) !== error && !isOfWorker(error as DriverError)

/** Messages of the driver, which has no codes for them. */
const lostConnection =
  /^(Connection terminated|timeout exceeded|Query read timeout|Client has encountered)/

const lostCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)(UNREACH|DOWN))$/

/**
 * The error for the caller. Removes the server's details, since they quote rows.
 *
 * @param connecting there is no connection: whatever the error, the database cannot be used
 */
export function asStoreError(error: unknown, connecting = false): unknown {
  const { code = '', message, detail } = error as DriverError
  if (detail !== undefined) (error as DriverError).detail = undefined
  const unavailable =
    connecting ||
    code in why ||
    unavailableClasses.test(code) ||
    lostCodes.test(code) ||
    lostConnection.test(message) ||
    isOfWorker(error as DriverError)
  if (!unavailable || error instanceof StoreUnavailableError) return error
  const reason = isOfWorker(error as DriverError) ? workerAway : (why[code] ?? (message || code))
  return new StoreUnavailableError(`The database cannot be used: ${reason}.`, { cause: error })
}

/** Other transactions were first at every try. */
export const lostEveryRace = (cause: unknown) =>
  new StoreUnavailableError('The database cannot be used: too many want the same rows at once.', {
    cause,
  })
