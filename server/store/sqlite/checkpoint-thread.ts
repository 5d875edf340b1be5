/**
 * The thread that checkpoints the log on request, while others read and write: see checkpoints.ts.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { attempt, openWriter } from './database.ts'

export type ToCheckpoints = 'checkpoint' | 'close'

const port = parentPort!
const { path } = workerData as { path: string }
const db = openWriter(path)
const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')

port.on('message', (message: ToCheckpoints) => {
  if (message === 'checkpoint') {
    attempt(() => checkpoint.get())
    return port.postMessage('done')
  }
  db.close()
  port.close()
})
