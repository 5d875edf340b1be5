import type { EventResult } from '../../../shared/wire/index.ts'
import type { Ingest } from '../store.ts'
import type { Database } from './database.ts'
import { ingest } from './events.ts'
import { createGather } from './gather.ts'
import { lockSharesOf } from '../operations/share-events.ts'
import { isPlain, recordQuickly } from './quick-events.ts'

interface Deps extends Pick<Database, 'query' | 'brief' | 'transact'> {
  batchWrites: boolean
}

const most = 32
const groups = 2

/** Records what it can of a batch the common way, and the rest the careful one. */
export function createEventRecorder({ query, brief, transact, batchWrites }: Deps) {
  const together = (inputs: Ingest[]) => query((sql) => recordQuickly(sql, inputs))
  const alone = async (input: Ingest) => (await brief((sql) => recordQuickly(sql, [input])))[0]!
  const record = batchWrites
    ? createGather({ keyOf: ({ user }: Ingest) => user, together, alone, most, groups })
    : alone

  const carefully = (input: Ingest) =>
    transact(async (sql) => {
      await lockSharesOf(sql, input)
      return ingest(sql, input)
    })

  return async (input: Ingest): Promise<EventResult[]> => {
    if (!isPlain(input)) return carefully(input)
    const results = await record(input)
    const left = input.events.filter((_, index) => results[index] === undefined)
    if (left.length === 0) return results as EventResult[]
    const rest = await carefully({ ...input, events: left })
    let next = 0
    return results.map((result) => result ?? rest[next++]!)
  }
}
