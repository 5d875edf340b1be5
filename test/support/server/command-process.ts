/** A command as a process of its own, from `dist`. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { collectLine, collectSecret } from '../logs/collected.ts'

export interface CommandProcess {
  pid: number
  /** Resolves with the first line that it printed and that matches. */
  line(pattern: RegExp): Promise<string>
  signal(name: NodeJS.Signals): void
  exitCode: Promise<number | null>
  /** All that it printed, errors too. */
  output(): string
}

const main = join(__dirname, '../../../dist/server/main.js')

/** @param env nothing else is passed on but PATH */
export function runProcess(
  command: string,
  { env, cwd }: { env: Record<string, string>; cwd: string },
): CommandProcess {
  for (const [name, value] of Object.entries(env)) {
    if (/SECRET|KEY|TOKEN/.test(name)) collectSecret(value)
  }
  const child = spawn(process.execPath, [main, command], {
    env: { PATH: process.env.PATH, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let look = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      // Else it is no line of the log: the demo prints its public key.
      if (line.startsWith('{"level"')) collectLine(line)
      look()
    })
  }
  const output = () => lines.join('\n')
  return {
    pid: child.pid!,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const found = lines.find((line) => pattern.test(line))
          if (found !== undefined) resolve(found)
        }
        look()
        child.once('close', () => reject(new Error(`It ended without that line:\n${output()}`)))
      }),
    signal: (name) => void child.kill(name),
    exitCode: new Promise((resolve) => child.once('close', resolve)),
    output,
  }
}
