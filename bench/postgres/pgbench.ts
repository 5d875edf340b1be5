/** Runs pgbench with a statement of the store. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

interface Script {
  /** Commands of pgbench, such as \set. */
  before: string[]
  /** A statement of the store, with $1, $2 … */
  text: string
  /** The SQL expression for each parameter. */
  values: string[]
}

/** @returns transactions per second of eight clients */
export async function pgbench(url: string, script: Script, seconds: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-bench-'))
  try {
    const file = join(folder, 'script.sql')
    writeFileSync(file, textOf(script))
    const options = ['-n', '-M', 'prepared', '-c', '8', '-j', '2', '-T', String(seconds)]
    const { stdout } = await promisify(execFile)('pgbench', [...options, '-f', file, url])
    const rate = /tps = ([\d.]+) \(without/.exec(stdout)?.[1]
    if (rate === undefined || !/failed transactions: 0 /.test(stdout)) throw new Error(stdout)
    return Number(rate)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function textOf({ before, text, values }: Script): string {
  const filled = text.replace(/\$(\d+)/g, (_, n: string) => values[Number(n) - 1]!)
  return [...before, `${filled.trim().replaceAll(/\s+/g, ' ')};`, ''].join('\n')
}
