/** Which errors say that the database cannot be used now. */
import { StoreUnavailableError } from '../errors.ts'

interface DriverError extends Error {
  /** SQLSTATE of the server, or the operating system's word. */
  code?: string
  detail?: string | undefined
}

/** The transaction was undone for the sake of another one: done again, it succeeds. */
export const isLostRace = (error: unknown): boolean =>
  ['40001', '40P01'].includes((error as DriverError).code ?? '')

const why: Record<string, string> = {
  '25P03': 'it gave a transaction up that waited for this server',
  '25006': 'it is read-only: a standby, or one that is taking over',
  '28000': 'it refuses the user of DATABASE_URL',
  '28P01': 'it refuses the user or the password of DATABASE_URL',
  '3D000': 'it does not hold the database that DATABASE_URL names: create it',
  '53100': 'its disk is full',
  '53300': 'it has too many connections: raise max_connections, or run fewer processes',
  '55P03': 'a row stayed locked for too long',
  '57014': 'a statement took too long',
  '57P01': 'it is being shut down',
  '57P02': 'it has crashed and is starting again',
  '57P03': 'it is starting up or shutting down',
  ECONNREFUSED: 'nothing listens at the address of DATABASE_URL',
  ENOTFOUND: 'the host of DATABASE_URL has no address',
}

/** Class 08: the connection; 53: out of memory, disk, connections; 58: I/O. */
const unavailableClasses = /^(08|53|58)/

/** Words of the driver, which has no codes for them. */
const lostWords =
  /^(Connection terminated|timeout exceeded|Query read timeout|Client has encountered)/

const lostCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)(UNREACH|DOWN))$/

/**
 * What the caller is told. The server's words carry no secret, but its details quote rows: they go.
 *
 * @param connecting no connection was had: whatever the error, the database cannot be used
 */
export function asStoreError(error: unknown, connecting = false): unknown {
  const { code = '', message, detail } = error as DriverError
  if (detail !== undefined) (error as DriverError).detail = undefined
  const unavailable =
    connecting ||
    code in why ||
    unavailableClasses.test(code) ||
    lostCodes.test(code) ||
    lostWords.test(message)
  if (!unavailable || error instanceof StoreUnavailableError) return error
  const words = why[code] ?? (message || code)
  return new StoreUnavailableError(`The database cannot be used: ${words}.`, { cause: error })
}

export const databaseClosed = () => new StoreUnavailableError('The database is closed.')

/** Another transaction was first with what this one was about to write: begin again, and see it. */
export class LostRaceError extends Error {
  override readonly name = 'LostRaceError'
  readonly code = '40001'
}
