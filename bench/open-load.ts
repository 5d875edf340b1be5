/** Requests at a rate, whether or not earlier ones are done, from a process of its own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface OpenLoad {
  url: string
  rate: number
  seconds: number
  users: number
  run: string
}

export interface Latencies {
  p50: number
  p99: number
}

/** Milliseconds from when a request should have begun to its reply. */
export async function openLoad(load: OpenLoad): Promise<Latencies> {
  const child = fork(fileURLToPath(new URL('./open-load-process.js', import.meta.url)))
  child.send(load)
  const [told] = (await once(child, 'message')) as [Latencies]
  child.disconnect()
  return told
}
