/**
 * The thread that writes. The calls that arrive during a commit are its next transaction, so that a
 * busier server syncs the disk no more often.
 */
import { statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { StoreUnavailableError } from '../store.ts'
import { createCheckpoints } from './checkpoints.ts'
import { openWriter } from './database.ts'
import { createGroupCommit, operations, type Call, type CallResult } from './writer.ts'

export type ToThread = readonly Call[] | 'close'
export interface FromThread {
  /** In the order of the calls, however they were grouped. */
  results: (CallResult & { unavailable?: boolean })[]
  /** How long they took together, the disk included. */
  tookMs: number
}

const port = parentPort!
const { path } = workerData as { path: string }
const db = openWriter(path)
const opened = identityOf(path)
const commit = createGroupCommit(db, operations)
const checkpoints = createCheckpoints(db, path)
/** The last step of an erasure follows at once, and the log is emptied after each. */
const erasing: keyof typeof operations = 'eraseStep'
let queue: Call[] = []

port.on('message', (message: ToThread) => {
  if (message === 'close') return void close()
  if (queue.length === 0) setImmediate(flush)
  queue.push(...message)
})

function flush(): void {
  const calls = queue
  queue = []
  const startedAt = performance.now()
  const results = commit(calls)
  const tookMs = performance.now() - startedAt
  const error = identityOf(path) === opened ? undefined : fileIsGone()
  const message: FromThread = {
    results: results.map((result) => forMainThread(error ? { ok: false, error } : result)),
    tookMs,
  }
  port.postMessage(message)
  if (calls.some(({ name }) => name === erasing)) checkpoints.empty()
  else checkpoints.afterCommit()
}

function forMainThread(result: CallResult): FromThread['results'][number] {
  if (result.ok) return result
  return { ...result, unavailable: result.error instanceof StoreUnavailableError }
}

/** Tells a file from another one of its name. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}

/**
 * A file that was deleted or replaced takes writes while it is open, and loses them when it is
 * closed.
 */
const fileIsGone = () =>
  new StoreUnavailableError(
    'The database file was deleted or replaced while the server had it open, and what is written ' +
      'now would be lost: stop the server, put the file back with its -wal, and start it again.',
  )

async function close(): Promise<void> {
  await checkpoints.close()
  db.close()
  port.close()
}
