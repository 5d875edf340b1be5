/** A PostgreSQL server of the tests' own, in a temporary folder. */
import { execFile, spawn } from 'node:child_process'
import { chmodSync, lchownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { providePrograms } from './binaries.ts'
import { runOn } from './database.ts'

export interface Cluster {
  /** Of the database `postgres`, as its superuser. */
  url: string
  start(): Promise<void>
  /** Stops at once, as after a power cut: no checkpoint, connections are dropped. */
  stop(): Promise<void>
  /** Stops and removes the folder. */
  drop(): Promise<void>
}

const run = promisify(execFile)

/**
 * Creates a server that runs. It ends with the process that created it, however that one ends.
 *
 * @param bin the folder of its programs. Default: those of the tests
 */
export async function createCluster(bin?: string): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'reach-postgres-'))
  const account = unprivilegedAccount()
  chmodSync(folder, 0o755)
  const { initdb, postgres } = providePrograms(folder, bin)
  if (account) giveTo(account, folder)
  const data = join(folder, 'data')
  const options = { cwd: folder, ...account }
  const settings = ['-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync']
  await run(initdb, ['-D', data, ...settings], options)
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`

  let running: { end(): Promise<void> } | undefined
  const cluster: Cluster = {
    url,
    async start() {
      const words = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder]
      running = startServer(postgres, words, options)
      await answers(url)
    },
    async stop() {
      await running?.end()
      running = undefined
    },
    async drop() {
      await cluster.stop()
      rmSync(folder, { recursive: true })
    },
  }
  await cluster.start()
  return cluster
}

/**
 * The shell, which npm needs as well, stops the server when it reads a line. When its input ends
 * without one, the tests were killed, and the shell removes the folder as well.
 */
const supervise = `
  "$0" "$@" >log 2>&1 </dev/null &
  read -r line; end=$?
  kill -QUIT $!; wait $!
  [ $end = 0 ] || rm -r "$PWD"`

function startServer(postgres: string, words: string[], options: object): { end(): Promise<void> } {
  const shell = spawn('sh', ['-c', supervise, postgres, ...words], {
    ...options,
    stdio: ['pipe', 'ignore', 'inherit'],
    // Ctrl-C reaches the tests alone; they stop the server.
    detached: true,
  })
  shell.unref()
  const ended = new Promise<void>((resolve) => shell.once('close', () => resolve()))
  return {
    end() {
      shell.ref()
      shell.stdin.end('stop\n')
      return ended
    },
  }
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await runOn(url, 'SELECT 1')
      return
    } catch (error) {
      if (tries === 300) throw error
      await wait(100)
    }
  }
}

interface Account {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root, and as an account without a name. */
function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const found = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  if (!found) throw new Error('The account nobody is missing: run the tests as another than root.')
  return { uid: Number(found[1]), gid: Number(found[2]) }
}

function giveTo({ uid, gid }: Account, folder: string): void {
  const below = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const name of ['', ...below]) lchownSync(join(folder, name), uid, gid)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
