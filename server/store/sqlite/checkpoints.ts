import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ToCheckpoints } from './checkpoint-thread.ts'
import type { Database } from './database.ts'
import { threadFile } from './thread-file.ts'
import { tryTo } from './try-to.ts'

/**
 * Pages in the log, of 4 KB, from which on they are carried into the database. Few, since commits wait for the disk while
 * it syncs what was carried: 4,000 pages at once doubled the time of the slowest hundredth.
 */
const pagesWanted = 1_000
/** So many at most: where the thread cannot keep up, the writer waits once, and the log does not fill the disk. */
const mostPages = 16_000
/** How often the log is looked at, in commits: a look costs some microseconds. */
const commitsBetweenLooks = 8

export interface Checkpoints {
  afterCommit(): void
  close(): Promise<void>
}

/**
 * Carries the log into the database beside the writer, on a thread of its own: SQLite's own checkpoint would make one
 * commit wait for thousands of pages. What was written meanwhile is little, and is carried by the writer itself: a log
 * that is carried wholly begins anew, and so does not grow for ever under a load that never pauses.
 */
export function createCheckpoints(db: Database, path: string): Checkpoints {
  db.exec('PRAGMA wal_autocheckpoint = 0')
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)')
  const carry = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  /** Started when it is needed first: many a log never grows that long. */
  let worker: Worker | undefined
  let running = false
  let carried = 0
  let commits = 0

  const pages = () => {
    const row = tryTo(() => look.get()) as { log: number; checkpointed: number } | undefined
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
      const before = carried
      const { log, left } = pages()
      carried = log - left
      // One that reads for long stops both, and none of them is to try without end.
      running = left >= pagesWanted / 2 && log < mostPages && carried !== before
      if (running) tell(started, 'carry')
      else tryTo(() => carry.get())
    })
    return started
  }

  return {
    afterCommit() {
      commits += 1
      if (running || commits % commitsBetweenLooks !== 0) return
      const { log, left } = pages()
      if (left < pagesWanted) return
      carried = log - left
      running = true
      worker ??= start()
      tell(worker, 'carry')
    },
    async close() {
      if (worker) {
        const ended = once(worker, 'exit')
        tell(worker, 'close')
        await ended.catch(() => {})
      }
      // SQLite does it itself only where no other connection is open, a backup's for instance.
      tryTo(() => carry.get())
    },
  }
}

const tell = (worker: Worker, message: ToCheckpoints) => worker.postMessage(message)
