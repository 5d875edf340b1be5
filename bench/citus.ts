/**
 * Reserving and settling by 64 callers on Citus, beside plain PostgreSQL. Both are filled alike.
 *
 *   npm run bench -- citus [--quick]
 *
 * BENCH_CITUS_URL names a new database of a coordinator, which `migrate --distribute` has spread:
 * what is written there stays. BENCH_DATABASE_URL names an account of a PostgreSQL that may create
 * databases; default: postgres on this machine.
 */
import { createPostgresStore } from '../server/store/postgres/store.ts'
import { compare, quick, seconds } from './compare.ts'
import { appId, createEmptyDatabase, openIdOf } from './postgres/database.ts'
import { drive } from './postgres/drive.ts'
import { spendFor } from './postgres/opening.ts'

const users = quick ? 100 : 2_000
const spread = process.env.BENCH_CITUS_URL
if (!spread) throw new Error('BENCH_CITUS_URL must name a database of a coordinator of Citus.')

async function fill(url: string): Promise<void> {
  const store = createPostgresStore({ url })
  for (let user = 1; user <= users; user += 1) {
    const credit = {
      kind: 'payment',
      ref: 'prepay',
      uses: 1_000_000,
      endsAtMs: null,
      usableUntilMs: null,
    } as const
    await store.recordCredit({ appId, openId: openIdOf(user), credit, nowMs: Date.now() })
  }
  await store.close()
}

const sideOf = (name: string, url: string, batchWrites: boolean) => ({
  name,
  measure: () => drive({ url, batchWrites, seconds }, spendFor(users)),
})

const plain = await createEmptyDatabase()
try {
  await fill(plain.url)
  await fill(spread)
  await compare(
    'reserving and settling',
    sideOf('Citus/s', spread, false),
    sideOf('PostgreSQL/s', plain.url, true),
  )
} finally {
  await plain.drop()
}
