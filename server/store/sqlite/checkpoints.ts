import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { sqliteRules } from '../../rules/database.ts'
import type { ToCheckpoints } from './checkpoint-thread.ts'
import { attempt, threadFile, type Database } from './database.ts'

const { checkpointAtPages, commitsBetweenLooks, emptyEveryMs, maxPages } = sqliteRules

interface Checkpoints {
  afterCommit(): void
  /** Empties the log, which holds what was erased: now, or once no long read blocks it. */
  empty(): void
  close(): Promise<void>
}

/**
 * Checkpoints the log beside the writer, on a thread of its own, since SQLite's automatic
 * checkpoint would make one commit wait for thousands of pages. The writer itself then checkpoints
 * the few pages written meanwhile: only after a complete checkpoint does the log begin anew,
 * instead of growing without end under a load that never pauses.
 */
export function createCheckpoints(db: Database, path: string): Checkpoints {
  db.exec('PRAGMA wal_autocheckpoint = 0')
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)')
  const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  const truncate = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
  let emptying: NodeJS.Timeout | undefined
  /** Started when first needed: many logs never grow that long. */
  let worker: Worker | undefined
  let running = false
  let checkpointed = 0
  let commits = 0

  const pages = () => {
    const row = attempt(() => look.get()) as { log: number; checkpointed: number } | undefined
    return row ? { log: row.log, left: row.log - row.checkpointed } : { log: 0, left: 0 }
  }

  function start(): Worker {
    const started = new Worker(threadFile('checkpoint-thread'), { workerData: { path } })
    started.unref()
    started.on('error', () => {
      worker = undefined
      running = false
    })
    started.on('message', () => {
      const before = checkpointed
      const { log, left } = pages()
      checkpointed = log - left
      // A long read transaction blocks both checkpoints, so that neither may try without end.
      running = left >= checkpointAtPages / 2 && log < maxPages && checkpointed !== before
      if (running) post(started, 'checkpoint')
      else attempt(() => checkpoint.get())
    })
    return started
  }

  function empty(): void {
    clearTimeout(emptying)
    const row = attempt(() => truncate.get()) as { busy: number } | undefined
    if (row?.busy === 0) return
    emptying = setTimeout(empty, emptyEveryMs)
    emptying.unref()
  }

  return {
    empty,
    afterCommit() {
      commits += 1
      if (running || commits % commitsBetweenLooks !== 0) return
      const { log, left } = pages()
      if (left < checkpointAtPages) return
      checkpointed = log - left
      running = true
      worker ??= start()
      post(worker, 'checkpoint')
    },
    async close() {
      clearTimeout(emptying)
      if (worker) {
        const ended = once(worker, 'exit')
        post(worker, 'close')
        await ended.catch(() => {})
      }
      // SQLite does this itself only if no other connection is open, such as a backup's.
      attempt(() => checkpoint.get())
    },
  }
}

const post = (worker: Worker, message: ToCheckpoints) => worker.postMessage(message)
