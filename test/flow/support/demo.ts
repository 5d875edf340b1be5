/**
 * `npm start` as a newcomer has it: a process of its own, on free ports, with a folder of its own.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { jest } from '@jest/globals'

// Processes start, are killed and start again here, on machines that are busy with other tests.
jest.setTimeout(60_000)

const main = resolve(__dirname, '../../../dist/server/main.js')
const lastWords = 'Ctrl+C stops all three.'

export interface Demo {
  /** Addresses without a slash at the end. They change with a restart. */
  server: string
  sandbox: string
  /** What it printed. */
  words: string
  /** SIGKILL: nothing is finished, flushed or closed. */
  kill(): Promise<void>
  /** Starts again on the same database. The sandbox is empty then. */
  restart(): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

/** Runs a command of the server to its end. */
export async function runCommand(
  command: string,
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [main, command], { env: { ...system, ...env } })
  const output = collect(child)
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, output: output() }
}

export async function startDemo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-flow-'))
  let child: ChildProcess
  const demo: Demo = {
    server: '',
    sandbox: '',
    words: '',
    kill: () => end('SIGKILL'),
    restart: start,
    async stop() {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }

  async function start(): Promise<void> {
    child = spawn(process.execPath, [main, 'start'], {
      cwd: folder,
      env: {
        ...system,
        HOST: '127.0.0.1',
        PORT: '0',
        SANDBOX_PORT: '0',
        DATABASE_URL: `sqlite:${join(folder, 'reach.db')}`,
      },
    })
    demo.words = await saying(child, lastWords)
    const place = (name: string) => new RegExp(`${name} +(http://\\S+)`).exec(demo.words)![1]!
    demo.server = new URL(place('API')).origin
    demo.sandbox = place('sandbox')
  }

  function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
    const ended = new Promise<void>((done) => child.once('exit', () => done()))
    child.kill(signal)
    return ended
  }

  await start()
  return demo
}

/** Of this process' environment only what any program needs: its settings are the test's. */
const system = { PATH: process.env.PATH!, HOME: process.env.HOME ?? tmpdir() }

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  }
  return () => text
}

function saying(child: ChildProcess, words: string): Promise<string> {
  const output = collect(child)
  return new Promise((said, reject) => {
    child.stdout!.on('data', () => output().includes(words) && said(output()))
    child.once('close', () => reject(new Error(`The demo ended early:\n${output()}`)))
  })
}
