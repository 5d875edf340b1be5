/** Runs wrk (a Debian package) as the load: a separate process that uses little of the machine. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

interface Wrk {
  url: string
  seconds: number
  connections: number
  /** A file in bench/lua. */
  script: string
  args: readonly (string | number)[]
}

/** @returns requests per second. @throws when a reply is not 2xx. */
export const wrk = async (load: Wrk): Promise<number> => (await wrkLatency(load)).rate

export async function wrkLatency(
  load: Wrk,
): Promise<{ rate: number; p50Ms: number; p99Ms: number }> {
  const { url, seconds, connections, script, args } = load
  const file = fileURLToPath(new URL(`../../bench/lua/${script}.lua`, import.meta.url))
  // A late reply on a busy machine is no error.
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '--latency']
  const argv = [...options, '-s', file, url, '--', ...args.map(String)]
  const child = spawn('wrk', argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.on('error', () => {
    throw new Error('wrk is missing: install the Debian package of that name.')
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(`wrk reported errors:\n${output}`)
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)![1]),
    p50Ms: milliseconds(/^ +50%\s+(\S+)/m.exec(output)![1]!),
    p99Ms: milliseconds(/^ +99%\s+(\S+)/m.exec(output)![1]!),
  }
}

/** wrk writes `870.00us`, `2.35ms`, `1.02s`. */
function milliseconds(duration: string): number {
  const [, number, unit] = /^([\d.]+)(us|ms|s)$/.exec(duration)!
  return Number(number) * { us: 0.001, ms: 1, s: 1_000 }[unit as 'us' | 'ms' | 's']
}
