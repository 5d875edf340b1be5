import { Pool, types, type PoolClient } from 'pg'
import { postgresRules } from '../../rules/database.ts'
import { systemRandom, type MonotonicClock, type Random } from '../../runtime/world.ts'
import { checkOutWhole, createPipelinedPool, type Checkout } from './pipelined-pool.ts'
import { dialect as postgres, type PostgresDialect } from './dialect.ts'
import { createSql, createStatements, numbersForInt8, type AsyncSql } from './sql.ts'
import { StoreClosedError } from '../store.ts'
import { asStoreError, breaksConnection, isLostRace, lostEveryRace } from './unavailable.ts'

export interface Database {
  /** Runs outside of a transaction: each statement is one by itself. */
  query<Result>(work: Work<Result>): Promise<Result>
  /** As `query`, for one statement that hardly waits for locks: it may share a connection. */
  brief<Result>(work: Work<Result>): Promise<Result>
  /**
   * Runs one READ COMMITTED transaction: each statement sees what was committed before it began.
   */
  transact<Result>(work: Work<Result>, options?: { withinMs?: number }): Promise<Result>
  /** From now on statements are of this dialect. Default: that of PostgreSQL. */
  speak(dialect: PostgresDialect): void
  /** Waits for what is under way. Later calls are refused. */
  close(): Promise<void>
}

/**
 * Runs again if its transaction was undone for another one. `script` runs several statements
 * without values.
 */
type Work<Result> = (sql: AsyncSql, script: Script) => Result | Promise<Result>
export type Script = (text: string) => Promise<void>

interface DatabaseOptions {
  url: string
  connections: number
  /**
   * How many of these `brief` statements share. Default: 0, each statement has its own connection.
   */
  pipelined?: number
  world: { monotonic: MonotonicClock; random?: Random }
}

const { connectWithinMs, statementWithinMs, silenceMs, idleMs, pipelineDepth, lostRaces } =
  postgresRules

export function createDatabase(options: DatabaseOptions): Database {
  const { url, connections, pipelined = 0, world } = options
  const { monotonic, random = systemRandom } = world
  let dialect = postgres
  const statements = createStatements(() => dialect.now)
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectWithinMs,
    idleTimeoutMillis: idleMs,
    idle_in_transaction_session_timeout: statementWithinMs,
    statement_timeout: statementWithinMs,
    query_timeout: statementWithinMs + silenceMs,
    keepAlive: true,
    // Otherwise the driver sends a statement only after the reply to the one before it.
    pipeline: pipelined > 0,
    fallback_application_name: 'wx-reach',
    types: numbersForInt8(types),
  })
  // A connection that breaks while idle leaves the pool by itself.
  pool.on('error', () => {})
  // One that breaks while in use fails its statement, which is reported.
  pool.on('connect', (client) => client.on('error', () => {}))

  const connect = () => pool.connect()
  const whole = () => checkOutWhole(connect)
  const shared = createPipelinedPool<PoolClient>({
    connect,
    maxConnections: pipelined,
    maxDepth: pipelineDepth,
  })

  async function connected<Result>(
    checkOut: () => Promise<Checkout<PoolClient>>,
    work: (client: PoolClient) => Result | Promise<Result>,
  ): Promise<Result> {
    if (pool.ending) throw new StoreClosedError()
    const { client, release } = await checkOut().catch((error: unknown) => {
      throw asStoreError(error, true)
    })
    let broken: boolean | undefined
    try {
      return await work(client)
    } catch (error) {
      broken = breaksConnection(error)
      throw asStoreError(error)
    } finally {
      release(broken)
    }
  }

  async function retryLostRaces<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let tried = 1; ; tried++) {
      try {
        return await work()
      } catch (error) {
        if (!isLostRace(error)) throw error
        if (tried === lostRaces.tries) throw lostEveryRace(error)
        await monotonic.wait(lostRaces.pauseMs * tried * (random(1)[0]! / 255))
      }
    }
  }

  const runIn = (client: PoolClient, withinMs?: number) => {
    const query_timeout = withinMs && withinMs + silenceMs
    const script = async (text: string) => {
      await client.query({ text, ...(query_timeout && { query_timeout }) })
    }
    return { sql: createSql(client, statements, dialect), script }
  }

  const single =
    (checkOut: () => Promise<Checkout<PoolClient>>): Database['query'] =>
    (work) =>
      retryLostRaces(() =>
        connected(checkOut, (client) => {
          const { sql, script } = runIn(client)
          return work(sql, script)
        }),
      )

  return {
    query: single(whole),
    brief: single(pipelined > 0 ? shared : whole),
    transact: (work, { withinMs } = {}) =>
      retryLostRaces(() =>
        connected(whole, async (client) => {
          const { sql, script } = runIn(client, withinMs)
          await script('BEGIN ISOLATION LEVEL READ COMMITTED')
          try {
            if (withinMs !== undefined) await script(`SET LOCAL statement_timeout = ${withinMs}`)
            const result = await work(sql, script)
            await script('COMMIT')
            return result
          } catch (error) {
            await script('ROLLBACK').catch(() => {})
            throw error
          }
        }),
      ),
    speak: (other) => void (dialect = other),
    close: () => (pool.ending ? Promise.resolve() : pool.end()),
  }
}
