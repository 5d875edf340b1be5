/** The workers of a Citus whose coordinator TEST_DATABASE_URL names, for tests that kill them. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { runOn } from './run-on.ts'

export interface Worker {
  port: number
  /** Stops at once, as after a power cut: no checkpoint, connections are dropped. */
  kill(): Promise<void>
  /** Resolves when it takes connections. */
  start(): Promise<void>
}

/** Of each user by their number: the port of the worker that has their rows. */
export async function portsOfUsers(
  url: string,
  users: readonly (string | number)[],
): Promise<Map<string, number>> {
  const rows = (await runOn(
    url,
    `SELECT usr AS user, nodeport AS port FROM unnest('{${users.join()}}'::bigint[]) AS usr
     JOIN pg_dist_placement ON shardid = get_shard_id_for_distribution_column('users', usr)
     JOIN pg_dist_node USING (groupid)`,
  )) as { user: string; port: number }[]
  return new Map(rows.map(({ user, port }) => [user, port]))
}

/**
 * @throws if there are fewer than two, or one is on another machine or under an account that this
 * process cannot act for
 */
export async function findWorkers(server: string): Promise<Worker[]> {
  const nodes = (await runOn(
    server,
    `SELECT nodename AS host, nodeport AS port FROM pg_dist_node WHERE groupid <> 0
     ORDER BY nodeport`,
  )) as { host: string; port: number }[]
  if (nodes.length < 2) {
    throw new Error('The Citus of TEST_DATABASE_URL needs two workers: add them by citus_add_node.')
  }
  return Promise.all(nodes.map((node) => findWorker(server, node)))
}

async function findWorker(
  server: string,
  { host, port }: { host: string; port: number },
): Promise<Worker> {
  const url = new URL(server)
  url.hostname = host
  url.port = String(port)
  const [{ data, bin }] = (await runOn(
    url.href,
    `SELECT current_setting('data_directory') AS data, setting AS bin FROM pg_config
     WHERE name = 'BINDIR'`,
  )) as [{ data: string; bin: string }]
  const account = accountOf(data, `${host}:${port}`)
  return {
    port,
    async kill() {
      process.kill(processOf(data), 'SIGQUIT')
      while (existsSync(pidFileOf(data))) await wait(20)
    },
    async start() {
      // Without a log of its own it holds the pipe of pg_ctl, which then does not end.
      const words = ['-D', data, '-l', join(data, 'killed-workers.log'), '-w', '-t', '600', 'start']
      await promisify(execFile)(join(bin, 'pg_ctl'), words, { ...account, cwd: data })
    },
  }
}

function accountOf(data: string, node: string): { uid: number; gid: number } {
  try {
    const { uid, gid } = statSync(pidFileOf(data))
    process.kill(processOf(data), 0)
    return { uid, gid }
  } catch (cause) {
    throw new Error(
      `The worker ${node} cannot be killed: it must run on this machine, and this process under ` +
        'its account or as root.',
      { cause },
    )
  }
}

/** It removes the file when it ends. */
const pidFileOf = (data: string) => join(data, 'postmaster.pid')

const processOf = (data: string) => Number(readFileSync(pidFileOf(data), 'utf8').split('\n')[0])
