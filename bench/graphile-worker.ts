/**
 * Reserving and settling on PostgreSQL, compared with what graphile-worker does for a job: adding
 * and completing it. 64 callers each reserve and settle one message after another; 64 callers each
 * add one job after another, then its worker completes all of them, so that each half has the
 * machine for itself. Its settings are those of its own page on performance.
 *
 *   npm run bench -- graphile-worker [--quick]
 *
 * BENCH_DATABASE_URL: as for `postgres`.
 */
import { EventEmitter, once } from 'node:events'
import { compare, quick, seconds, type Side } from './compare.ts'
import { createBenchDatabase, createEmptyDatabase } from './postgres/database.ts'
import { callers, drive } from './postgres/drive.ts'
import { payload, spendFor } from './postgres/opening.ts'

/** What is used of it. Its own declarations bring those of a later Node.js. */
interface GraphileWorker {
  Logger: new (logTo: () => () => void) => object
  makeWorkerUtils(options: object): Promise<WorkerUtils>
  run(options: object): Promise<{ promise: Promise<void>; stop(): Promise<void> }>
}
interface WorkerUtils {
  migrate(): Promise<void>
  addJob(task: string, payload: object): Promise<unknown>
  addJobs(jobs: readonly object[]): Promise<unknown>
  withPgClient<Result>(work: (client: Queried) => Promise<Result>): Promise<Result>
  release(): Promise<void>
}
interface Queried {
  query(text: string): Promise<{ rows: { left: number }[] }>
}

const name: string = 'graphile-worker'
const { Logger, makeWorkerUtils, run } = (await import(name)) as GraphileWorker

const users = quick ? 20_000 : 1_000_000

const presetOf = (connectionString: string) => ({
  worker: {
    connectionString,
    concurrentJobs: 24,
    maxPoolSize: 25,
    localQueue: { size: 500 },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  },
})
type Preset = ReturnType<typeof presetOf>
const logger = new Logger(() => () => {})

/** @returns how many jobs were added */
async function addJobs(utils: WorkerUtils, inBulk: boolean): Promise<number> {
  const job = { openId: 'user-1234567', payload }
  const many = Array.from({ length: callers }, () => ({ identifier: 'send', payload: job }))
  const endsAt = performance.now() + seconds * 1_000
  let added = 0
  async function repeat() {
    while (performance.now() < endsAt) {
      if (inBulk) await utils.addJobs(many)
      else await utils.addJob('send', job)
      added += inBulk ? callers : 1
    }
  }
  await Promise.all(Array.from({ length: inBulk ? 1 : callers }, repeat))
  return added
}

async function completeJobs(preset: Preset, jobs: number): Promise<void> {
  let done = 0
  const events = new EventEmitter()
  const taskList = {
    async send() {
      done += 1
      if (done === jobs) events.emit('done')
    },
  }
  const all = once(events, 'done')
  const runner = await run({ preset, taskList, logger, noHandleSignals: true })
  await Promise.race([all, runner.promise])
  // Completes what its batch holds.
  await runner.stop()
}

const peer = (side: string, utils: WorkerUtils, preset: Preset, inBulk: boolean): Side => ({
  name: side,
  async measure() {
    const startedAt = performance.now()
    const jobs = await addJobs(utils, inBulk)
    await completeJobs(preset, jobs)
    const ms = performance.now() - startedAt
    const { rows } = await utils.withPgClient((client) =>
      client.query('SELECT count(*)::int AS left FROM graphile_worker.jobs'),
    )
    if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left} of ${jobs} jobs are left.`)
    return (1_000 * jobs) / ms
  },
})

const ledger = await createBenchDatabase(users)
const queue = await createEmptyDatabase()
const preset = presetOf(queue.url)
const utils = await makeWorkerUtils({ preset, logger })
try {
  await utils.migrate()
  const ours: Side = {
    name: 'ours/s',
    measure: () => drive({ url: ledger.url, batchWrites: true, seconds }, spendFor(users)),
  }
  const alone = peer('graphile-worker/s', utils, preset, false)
  await compare('reserving and settling', ours, alone, 1)
  const bulk = peer(`${callers} jobs a call/s`, utils, preset, true)
  await compare('the same', ours, bulk)
} finally {
  await utils.release()
  await ledger.drop()
  await queue.drop()
}
