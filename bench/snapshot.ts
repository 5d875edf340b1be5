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
import { compare, quick, seconds } from './compare.ts'
import { createBenchDatabase } from './postgres/database.ts'
import { drive } from './postgres/drive.ts'
import { spendFor } from './postgres/opening.ts'

const users = quick ? 5_000 : 100_000
const ranMs = quick ? 2_000 : 180_000

const sideOf = (name: string, url: string) => ({
  name,
  measure: () => drive({ url, batchWrites: true, seconds }, spendFor(users)),
})

const [held, free] = [await createBenchDatabase(users), await createBenchDatabase(users)]
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
