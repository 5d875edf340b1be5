/** Claims of due messages on Citus: a worker that is away holds up its own users alone. */
import { escapeLiteral } from 'pg'
import { claimDue, findDue, type Due } from '../operations/claim-messages.ts'
import { StoreUnavailableError, type Store } from '../store.ts'
import type { Value } from '../sql.ts'
import type { Database } from './database.ts'
import { engineNow } from './dialect.ts'
import { perform, type AsyncSql } from './sql.ts'

/** One user a transaction. What fails stays due. */
export function createCitusClaims({
  query,
  transact,
}: Pick<Database, 'query' | 'transact'>): Store['claimMessages'] {
  return async (input) => {
    const due = await query((sql) => perform(sql, (steps) => findDue(steps, input))).catch(
      unlessUnavailable(() =>
        query((sql) => perform(onLiveShards(sql), (steps) => findDue(steps, input))),
      ),
    )
    const claimed = []
    for (const ofUser of byUser(due.slice(0, input.limit))) {
      const claim = transact((sql) => perform(sql, (steps) => claimDue(steps, ofUser, input)))
      claimed.push(...(await claim.catch(unlessUnavailable(() => []))))
    }
    return claimed
  }
}

const unlessUnavailable =
  <Result>(otherwise: () => Result) =>
  (error: unknown): Result => {
    if (!(error instanceof StoreUnavailableError)) throw error
    return otherwise()
  }

function byUser(due: readonly Due[]): Iterable<Due[]> {
  const users = new Map<number, Due[]>()
  for (const one of due) users.set(one.user, [...(users.get(one.user) ?? []), one])
  return users.values()
}

/**
 * Asks the shards of `messages` one by one, and leaves those out that do not answer. Each gives its
 * rows in order, up to the limit. It takes connections of its own, so that it is for the case that
 * a statement over all shards fails.
 */
const onLiveShards = (sql: AsyncSql): AsyncSql => ({
  ...sql,
  async all<Row>(text: string, ...values: Value[]) {
    const clock = await sql.get<{ now: number }>(`SELECT ${engineNow} AS now`)
    const select = text
      .replace('$now', String(clock!.now))
      .replaceAll(/\$(\d+)/g, (_, n: string) => literalOf(values[Number(n) - 1]!))
      .replaceAll('%', '%%')
      .replace('FROM messages', 'FROM %s')
    const shards = await sql.all<{ result: string }>(
      `SELECT result FROM run_command_on_shards('messages', $1) WHERE success AND result <> ''`,
      `SELECT json_agg(due) FROM (${select}) AS due`,
    )
    return shards.flatMap(({ result }) => JSON.parse(result) as Row[])
  },
})

const literalOf = (value: Value): string =>
  typeof value === 'number' ? String(value) : escapeLiteral(String(value))
