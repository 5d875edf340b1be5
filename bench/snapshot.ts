/**
 * Reserving and settling on PostgreSQL while another session holds a snapshot, compared with the
 * same on a second database of the server without one: no vacuum removes what is updated meanwhile.
 * Both have run for three minutes when they are measured.
 *
 *   npm run bench -- snapshot [--quick]
 *
 * BENCH_DATABASE_URL names an account that may create databases; default: postgres on this machine.
 */
import { Client } from 'pg'
import type { Store } from '../server/store/store.ts'
import { compare, quick, seconds } from './compare.ts'
import { createBenchDatabase } from './postgres/database.ts'
import { drive } from './postgres/drive.ts'
import { messageOf, nowMs } from './postgres/opening.ts'

const users = quick ? 5_000 : 100_000
const ranMs = quick ? 2_000 : 180_000
const server = process.env.BENCH_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

async function spend(store: Store): Promise<void> {
  const opened = await store.openMessage(messageOf(users))
  if (opened.was !== 'reserved') throw new Error(`No credit was reserved: ${opened.was}.`)
  const { id, attempts } = opened.message
  const sent = { credit: { outcome: 'spent' }, message: { state: 'sent' } } as const
  await store.settle({ id, attempts, holder: 'bench', nowMs, ...sent })
}

const sideOf = (name: string, url: string) => ({
  name,
  measure: () => drive({ url, batchWrites: true, seconds }, spend),
})

const [held, free] = [
  await createBenchDatabase(server, users),
  await createBenchDatabase(server, users),
]
const holder = new Client({ connectionString: held.url })
await holder.connect()
try {
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await holder.query('SELECT count(*) FROM credits')
  const [ours, peer] = [sideOf('snapshot held/s', held.url), sideOf('none/s', free.url)]
  for (let ms = 0; ms < ranMs; ms += seconds * 1_000) {
    await ours.measure()
    await peer.measure()
  }
  await compare('reserving and settling', ours, peer, 0.85)
} finally {
  await holder.end()
  await held.drop()
  await free.drop()
}
