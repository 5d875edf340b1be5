import { Pool, types } from 'pg'
import type { PoolClient } from 'pg'
import { systemRandom } from '../../runtime/world.ts'
import type { MonotonicClock, Random } from '../../runtime/world.ts'
import { createLines, whole } from './lines.ts'
import type { Place } from './lines.ts'
import { createNames, createSql, numbersForInt8 } from './sql.ts'
import type { Sql } from './sql.ts'
import { asStoreError, databaseClosed, isLostRace, lostEveryRace } from './unavailable.ts'

export interface Database {
  /** Outside of a transaction: each statement is one by itself. */
  query<Result>(work: Work<Result>): Promise<Result>
  /** As `query`, for one statement that hardly waits for others: it may go behind them on their connection. */
  brief<Result>(work: Work<Result>): Promise<Result>
  /** One READ COMMITTED transaction: each statement sees what was committed before it began. */
  transact<Result>(work: Work<Result>, options?: { withinMs?: number }): Promise<Result>
  /** Waits for what is under way; what comes later is refused. */
  close(): Promise<void>
}

/** May run again, when its transaction was undone for another one. `script`: several statements without values. */
export type Work<Result> = (sql: Sql, script: Script) => Promise<Result>
export type Script = (text: string) => Promise<void>

export interface DatabaseOptions {
  url: string
  connections: number
  /** Of these, so many on which `brief` statements go one behind another. Default: none, each has one to itself. */
  lines?: number
  world: { monotonic: MonotonicClock; random?: Random }
}

/** Nothing waits for ever: neither for a connection, nor for a lock, nor for a server that fell silent. */
const connectWithinMs = 5_000
const statementWithinMs = 10_000
/** The server ends a statement itself; this is for one that is gone. */
const silenceMs = 5_000
const idleMs = 30_000
/** Statements on one connection: behind more of them, the last would be told of nothing for too long. */
const deepest = 16

const tries = 6
const pauseMs = 10

export function createDatabase(options: DatabaseOptions): Database {
  const { url, connections, lines = 0, world } = options
  const { monotonic, random = systemRandom } = world
  const names = createNames()
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectWithinMs,
    idleTimeoutMillis: idleMs,
    idle_in_transaction_session_timeout: statementWithinMs,
    statement_timeout: statementWithinMs,
    query_timeout: statementWithinMs + silenceMs,
    keepAlive: true,
    // Else the driver holds a statement back until the one before it is answered.
    pipeline: lines > 0,
    fallback_application_name: 'wx-reach',
    types: numbersForInt8(types),
  })
  // A connection that breaks while nobody uses it leaves the pool by itself; whoever asks next gets a new one.
  pool.on('error', () => {})
  // One that breaks while it is used fails its statement, which tells enough.
  pool.on('connect', (client) => client.on('error', () => {}))

  const connect = () => pool.connect()
  const alone = () => whole(connect)
  const shared = createLines<PoolClient>({ connect, most: lines, deepest })

  async function connected<Result>(
    placed: () => Promise<Place<PoolClient>>,
    work: (client: PoolClient) => Promise<Result>,
  ): Promise<Result> {
    if (pool.ending) throw databaseClosed()
    const { client, release } = await placed().catch((error: unknown) => {
      throw asStoreError(error, true)
    })
    let broken: boolean | undefined
    try {
      return await work(client)
    } catch (error) {
      const told = asStoreError(error)
      // Whether it still works is not worth finding out.
      broken = told !== error
      throw told
    } finally {
      release(broken)
    }
  }

  async function again<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let tried = 1; ; tried++) {
      try {
        return await work()
      } catch (error) {
        if (!isLostRace(error)) throw error
        if (tried === tries) throw lostEveryRace(error)
        await monotonic.wait(pauseMs * tried * (random(1)[0]! / 255))
      }
    }
  }

  const runIn = (client: PoolClient, withinMs?: number) => {
    const query_timeout = withinMs && withinMs + silenceMs
    const script = async (text: string) => {
      await client.query({ text, ...(query_timeout && { query_timeout }) })
    }
    return { sql: createSql(client, names), script }
  }

  const single =
    (placed: () => Promise<Place<PoolClient>>): Database['query'] =>
    (work) =>
      again(() =>
        connected(placed, (client) => {
          const { sql, script } = runIn(client)
          return work(sql, script)
        }),
      )

  return {
    query: single(alone),
    brief: single(lines > 0 ? shared : alone),
    transact: (work, { withinMs } = {}) =>
      again(() =>
        connected(alone, async (client) => {
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
    close: () => (pool.ending ? Promise.resolve() : pool.end()),
  }
}
