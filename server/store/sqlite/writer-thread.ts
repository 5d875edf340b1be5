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
export interface FromThread {
  /** In the order of the calls, however they were grouped. */
  outcomes: (Outcome & { unavailable?: boolean })[]
  /** How long they took together, the disk included. */
  tookMs: number
}

const port = parentPort!
const { path } = workerData as { path: string }
const db = openWriter(path)
const checkFile = createFileCheck(path)
const commit = createGroupCommit(db, operations)
const checkpoints = createCheckpoints(db, path)
let queue: Call[] = []

async function flush(): Promise<void> {
  const calls = queue
  queue = []
  const startedAt = performance.now()
  const outcomes = await commit(calls)
  const tookMs = performance.now() - startedAt
  const error = checkFile()
  const message: FromThread = {
    outcomes: outcomes.map((outcome) => told(error ? { ok: false, error } : outcome)),
    tookMs,
  }
  port.postMessage(message)
  checkpoints.afterCommit()
}

function told(outcome: Outcome): FromThread['outcomes'][number] {
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
  if (queue.length === 0) setImmediate(() => void flush())
  queue.push(...message)
})
