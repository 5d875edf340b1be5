/**
 * The thread that writes. Whatever was sent to it while it committed is its next transaction, so that a busier server
 * syncs the disk no more often.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { StoreUnavailableError } from '../errors.ts'
import { createCheckpoints } from './checkpoints.ts'
import { openWriter } from './database.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Call, Outcome } from './group-commit.ts'
import { operations } from './operations.ts'
import { createFileCheck } from './same-file.ts'

export type ToThread = readonly Call[] | 'close'
/** In the order of the calls, however they were grouped. */
export type FromThread = (Outcome & { unavailable?: boolean })[]

const port = parentPort!
const { path } = workerData as { path: string }
const db = openWriter(path)
const checkFile = createFileCheck(path)
const commit = createGroupCommit(db, operations)
const checkpoints = createCheckpoints(db, path)
let queue: Call[] = []

function flush(): void {
  const calls = queue
  queue = []
  const outcomes = commit(calls)
  const error = checkFile()
  port.postMessage(outcomes.map((outcome) => told(error ? { ok: false, error } : outcome)))
  checkpoints.afterCommit()
}

function told(outcome: Outcome): FromThread[number] {
  if (outcome.ok) return outcome
  return { ...outcome, unavailable: outcome.error instanceof StoreUnavailableError }
}

async function close(): Promise<void> {
  await checkpoints.close()
  db.close()
  port.close()
}

port.on('message', (message: ToThread) => {
  if (message === 'close') return void close()
  if (queue.length === 0) setImmediate(flush)
  queue.push(...message)
})
