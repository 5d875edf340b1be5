/** wrk (from Debian's packages) as the load: a process of its own, and so cheap that it leaves the machine to the server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface Wrk {
  url: string
  seconds: number
  connections: number
  /** A file in bench/lua. */
  script: string
  args: readonly (string | number)[]
}

/** @returns requests a second. A reply that is not 2xx ends the bench. */
export const wrk = async (load: Wrk): Promise<number> => (await wrkLatency(load)).rate

export async function wrkLatency(
  load: Wrk,
): Promise<{ rate: number; p50Ms: number; p99Ms: number }> {
  const { url, seconds, connections, script, args } = load
  const file = fileURLToPath(new URL(`../../bench/lua/${script}.lua`, import.meta.url))
  // On a busy machine a reply may be late, which is no error of the server's.
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '--latency']
  const told = [...options, '-s', file, url, '--', ...args.map(String)]
  const child = spawn('wrk', told, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.on('error', () => {
    throw new Error('wrk is missing: install the Debian package of that name.')
  })
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(`Not what was asked for:\n${said}`)
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(said)![1]),
    p50Ms: milliseconds(/^ +50%\s+(\S+)/m.exec(said)![1]!),
    p99Ms: milliseconds(/^ +99%\s+(\S+)/m.exec(said)![1]!),
  }
}

/** wrk writes `870.00us`, `2.35ms`, `1.02s`. */
function milliseconds(shown: string): number {
  const [, number, unit] = /^([\d.]+)(us|ms|s)$/.exec(shown)!
  return Number(number) * { us: 0.001, ms: 1, s: 1_000 }[unit as 'us' | 'ms' | 's']
}
