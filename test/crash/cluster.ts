/** A PostgreSQL of the test's own, which may be stopped: others use the one that the machine has. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import type { Scratch } from '../support/engines.ts'
import { runOn } from '../store/postgres/database.ts'

export interface Cluster extends Pick<Scratch, 'url' | 'open' | 'timePasses' | 'drop'> {
  start(): Promise<void>
  /** Without a word to anybody, as a power cut would. */
  stop(): Promise<void>
}

const run = promisify(execFile)

/** PostgreSQL refuses to run as root. */
const asOther = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : []

async function command(...words: string[]): Promise<string> {
  const [name, ...rest] = [...asOther, ...words] as [string, ...string[]]
  return (await run(name, rest, { cwd: '/' })).stdout.trim()
}

export async function createCluster(endLeases: string): Promise<Cluster> {
  const folder = await command('mktemp', '-d', '/tmp/reach-cluster-XXXXXX')
  const data = `${folder}/data`
  await command('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C')
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`
  const control = (...words: string[]) => command('pg_ctl', '-D', data, '-w', ...words)
  const cluster: Cluster = {
    url,
    open: () => createPostgresStore({ url }),
    timePasses: async () => void (await runOn(url, endLeases)),
    start: async () => void (await control('-o', options, '-l', `${folder}/log`, 'start')),
    stop: async () => void (await control('-m', 'immediate', 'stop')),
    async drop() {
      await cluster.stop()
      await command('rm', '-r', folder)
    },
  }
  await cluster.start()
  return cluster
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
