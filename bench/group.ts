/** One group commit of the writer, without threads and requests around it. */
import { randomBytes } from 'node:crypto'
import { openWriter } from '../server/store/sqlite/database.ts'
import { createGroupCommit } from '../server/store/sqlite/group-commit.ts'
import { operations } from '../server/store/sqlite/operations.ts'
import type { OpenedMessage } from '../server/store/store.ts'
import { fill } from './filled.ts'
import { reservation, settlement } from './spending.ts'
import { median } from './table.ts'
import { quick } from './turns.ts'

const commits = quick ? 20 : 200

/**
 * @returns the median of milliseconds, of groups as large as `rate` spends a second make them: what comes while one
 * group commits is the next one
 */
export async function commitMs(path: string, credits: number, rate: number): Promise<number> {
  const { users } = await fill(path, credits)
  const db = openWriter(path)
  const commit = createGroupCommit(db, operations)
  const took: number[] = []
  let size = 2
  for (let n = 0; n < commits; n += 1) {
    const opens = Array.from({ length: Math.ceil(size / 2) }, () => {
      const openId = `user-${Math.floor(Math.random() * users)}`
      return {
        name: 'openMessage',
        args: { input: reservation(openId, randomBytes(32)), dueMs: 0 },
      }
    })
    const startedAt = performance.now()
    const outcomes = commit(opens)
    const tookMs = performance.now() - startedAt
    took.push(tookMs)
    // Each spend is a reservation and a settlement.
    size = Math.max(2, (2 * rate * tookMs) / 1_000)
    commit(
      outcomes.flatMap((outcome) => {
        const opened = outcome.ok ? (outcome.result as OpenedMessage) : undefined
        if (opened?.was !== 'reserved') return []
        return { name: 'settle', args: { input: settlement(opened.message.id), engineMs: 0 } }
      }),
    )
  }
  db.close()
  return median(took)
}
