/** One run: faults disturb servers under load, and at the end every result is counted. */
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { listenSandbox } from '../../server/sandbox/listen.ts'
import { createAsk, type Ask } from '../support/server/http-client.ts'
import type { EngineDatabase } from '../support/engines.ts'
import { createClient, type ClientOptions, type Retry } from './client.ts'
import { createRandom, type Random } from '../support/random.ts'
import { apps, createServerProcesses, pushToken, type ServerProcesses } from './server-processes.ts'
import { startLoad } from './load.ts'
import { checkLedger, checkInbox, checkKeys, repeatEvents } from './checks.ts'

interface FailureRun extends ClientOptions {
  database: Pick<EngineDatabase, 'url' | 'open' | 'endLeases'>
  processes: number
  seed: number
  /** The load sends at most so many. Default 6,000. */
  messages?: number
  /** Who send them. Default 12. */
  operators?: number
  /** Settings of the servers, beside those that they need. */
  env?: NodeJS.ProcessEnv
  /** Before the load. */
  prepare?(world: DisturbedWorld): Promise<void>
  /** After the load, while the servers run. */
  follow?(world: DisturbedWorld): Promise<void>
  /** Disturbs the servers while the load runs. */
  disturb(servers: ServerProcesses, world: DisturbedWorld): Promise<void>
}

export interface DisturbedWorld {
  random: Random
  sandbox: Ask
  retry: Retry
}

/** Limits of the load, so that a run ends soon on any machine. */
const [users, mostOperators, mostMessages] = [20, 12, 6_000]

/** @returns the counts, for the log */
export async function runUnderFailures(run: FailureRun): Promise<Record<string, number>> {
  const { database, processes, seed, messages = mostMessages, operators = mostOperators } = run
  const random = createRandom(seed)
  const sandboxed = await listenSandbox({ apps })
  const sandbox = createAsk(sandboxed.url, null)
  const servers = createServerProcesses({
    size: processes,
    database: database.url,
    wechat: sandboxed.url,
    ...(run.env && { env: run.env }),
  })
  const client = createClient(servers, random, run)
  try {
    await startAll(servers, sandbox)
    const world = { random, sandbox, retry: client.retry }
    await run.prepare?.(world)
    const load = await startLoad({ ...client, sandbox, random, users, operators, messages })
    await run.disturb(servers, world)
    load.finish()
    const failures = { ...client.failures }
    for (let n = 0; n < processes; n++) await servers.kill(n)
    await database.endLeases()
    await startAll(servers, sandbox)
    await load.done

    expect(client.wrong).toEqual([])
    checkKeys(load.posted)
    await Promise.all(load.users.map((user) => repeatEvents(client.retry, user)))
    const arrived = await Promise.all(
      load.users.map((user) => checkInbox(sandbox, user, load.posted)),
    )
    await run.follow?.(world)
    await servers.stop()
    await withStore(database, (store) => checkLedger(store, load))
    expect(servers.output()).not.toMatch(/a request failed|uncaught|unhandled/i)
    return {
      acknowledged: load.users.reduce((sum, user) => sum + user.acknowledged.length, 0),
      payments: load.users.reduce((sum, user) => sum + user.payments.length, 0),
      consents: load.users.reduce((sum, user) => sum + user.consents.accepted, 0),
      messages: load.posted.length,
      sent: load.posted.filter(({ state }) => state === 'sent').length,
      later: load.posted.filter(({ sendAt }) => sendAt !== undefined).length,
      cancelled: load.posted.filter(({ state }) => state === 'cancelled').length,
      unknown: load.posted.filter(({ state }) => state === 'unknown').length,
      arrived: arrived.reduce((sum, n) => sum + n, 0),
      ...failures,
    }
  } catch (error) {
    process.stderr.write(`${client.wrong.slice(0, 10).join('\n')}\n`)
    process.stderr.write(`${servers.output().split('\n').slice(-40).join('\n')}\n`)
    throw error
  } finally {
    await Promise.allSettled(Array.from({ length: processes }, (_, n) => servers.kill(n)))
    await sandboxed.close()
  }
}

async function startAll(servers: ServerProcesses, sandbox: Ask): Promise<void> {
  await Promise.all(Array.from({ length: servers.size }, (_, n) => servers.start(n)))
  await pushTo(servers.url(0)!, sandbox)
}

/** WeChat pushes to one address, in production that of a load balancer. */
async function pushTo(url: string, sandbox: Ask): Promise<void> {
  for (const { appId } of apps) {
    const at = { appId, url: `${url}/v1/push/${appId}` }
    await sandbox('POST /sandbox/push-config', {
      body: { ...at, token: pushToken, mode: 'plain', format: 'xml' },
    })
  }
}

/** Kills one process after the other with SIGKILL, at moments that the seed chooses. */
export async function killOneByOne(
  servers: ServerProcesses,
  { random, sandbox }: Pick<DisturbedWorld, 'random' | 'sandbox'>,
  kills: number,
): Promise<void> {
  for (let killed = 0; killed < kills; killed++) {
    await wait(random.between(100, 1_400))
    await killAndStart(servers, killed % servers.size, sandbox)
  }
  await wait(1_000)
}

export async function killAndStart(
  servers: ServerProcesses,
  n: number,
  sandbox: Ask,
): Promise<void> {
  await servers.kill(n)
  const [other] = servers.urls()
  if (other) await pushTo(other, sandbox)
  await servers.start(n)
  if (!other) await pushTo(servers.url(n)!, sandbox)
}

async function withStore(
  database: FailureRun['database'],
  check: (store: ReturnType<EngineDatabase['open']>) => Promise<void>,
): Promise<void> {
  const store = database.open()
  try {
    await check(store)
  } finally {
    await store.close()
  }
}
