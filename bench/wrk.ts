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
export async function wrk({ url, seconds, connections, script, args }: Wrk): Promise<number> {
  const file = fileURLToPath(new URL(`../../bench/lua/${script}.lua`, import.meta.url))
  const told = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    // On a busy machine a reply may be late, which is no error of the server's.
    '--timeout',
    '20s',
    '-s',
    file,
    url,
    '--',
    ...args.map(String),
  ]
  const child = spawn('wrk', told, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.on('error', () => {
    throw new Error('wrk is missing: install the Debian package of that name.')
  })
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(`Not what was asked for:\n${said}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(said)![1])
}
