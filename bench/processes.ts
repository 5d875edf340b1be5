/**
 * Spending over HTTP from four processes on one PostgreSQL, compared with one process on the same
 * database under the same load. With cores to spare four are to be faster; with two, which load,
 * servers and database share, they are not to be slower.
 *
 *   npm run bench -- processes [--quick]
 *
 * BENCH_DATABASE_URL: as for `postgres`.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createPostgresStore } from '../server/store/postgres/store.ts'
import { compare, quick, seconds, type Side } from './compare.ts'
import { createBenchDatabase } from './postgres/database.ts'
import { benchServices, connections, listenWith } from './server.ts'
import { wrk } from './wrk.ts'

const users = quick ? 20_000 : 1_000_000

/** A server until the process that started it disconnects. */
async function serveChild(url: string): Promise<void> {
  const store = createPostgresStore({ url })
  await store.ready()
  const services = benchServices(store)
  const listening = await listenWith(services)
  process.send!(listening.url)
  await once(process, 'disconnect')
  await listening.close(1_000)
  await services.ledger.idle()
  await store.close()
}

async function start(database: string): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(fileURLToPath(import.meta.url), [database])
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A server ended with ${String(code)}.`)
  })
  const [url] = (await Promise.race([once(child, 'message'), ended])) as [string]
  return { child, url }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

const sideOf = (name: string, urls: readonly string[]): Side => ({
  name,
  async measure(turn) {
    const load = { seconds, connections: connections / urls.length, script: 'spend' }
    const rates = urls.map((url, n) =>
      wrk({ url, ...load, args: [users, `${urls.length}-${n}-${turn}-`] }),
    )
    return (await Promise.all(rates)).reduce((sum, rate) => sum + rate)
  },
})

const [, , url] = process.argv
if (url !== undefined && process.send !== undefined && !url.startsWith('-')) await serveChild(url)
else {
  const database = await createBenchDatabase(users)
  const servers = await Promise.all(Array.from({ length: 5 }, () => start(database.url)))
  try {
    const [one, ...four] = servers.map((server) => server.url)
    await compare('spending over HTTP', sideOf('four/s', four), sideOf('one/s', [one!]))
  } finally {
    await Promise.all(servers.map(({ child }) => stop(child)))
    await database.drop()
  }
}
