/** The thread that carries the log into the database when it is told to, while others read and write: see checkpoints.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { openWriter } from './database.ts'
import { tryTo } from './try-to.ts'

export type ToCheckpoints = 'carry' | 'close'

const port = parentPort!
const { path } = workerData as { path: string }
const db = openWriter(path)
const carry = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')

port.on('message', (message: ToCheckpoints) => {
  if (message === 'carry') {
    tryTo(() => carry.get())
    return port.postMessage('carried')
  }
  db.close()
  port.close()
})
