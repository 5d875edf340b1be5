/**
 * A thread that asks for `workerData`, each time by a new connection. Told a number, it reports the
 * slowest of so many replies in milliseconds, or an error.
 */
import { get } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const ask = () =>
  new Promise((resolve, reject) => {
    const startedMs = performance.now()
    const request = get(workerData, { agent: false }, (reply) => {
      reply.resume()
      reply.on('end', () => resolve(performance.now() - startedMs))
    })
    request.on('error', reject)
  })

parentPort.on('message', async (count) => {
  try {
    let slowestMs = 0
    for (let n = 0; n < count; n += 1) slowestMs = Math.max(slowestMs, await ask())
    parentPort.postMessage({ slowestMs })
  } catch (error) {
    parentPort.postMessage({ error: String(error) })
  }
})
