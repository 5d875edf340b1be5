/**
 * The two busiest operations of the store on PostgreSQL, each compared with pgbench running the
 * same statement. They are measured in turns whose order rotates; the ratio of each turn counts.
 *
 *   npm run bench -- postgres          five turns of five seconds, a million credits
 *   npm run bench -- postgres --quick  one short turn with fewer, to see that it runs
 *
 * BENCH_DATABASE_URL names an account that may create databases; default: postgres on this machine.
 */
import { median, quick, seconds, table, turns } from './compare.ts'
import { createBenchDatabase } from './postgres/database.ts'
import { measure, type TurnRates } from './postgres/drive.ts'
import { openingBench } from './postgres/opening.ts'
import { recordingBench } from './postgres/recording.ts'

const users = quick ? 20_000 : 1_000_000

const database = await createBenchDatabase(users)
try {
  const options = { url: database.url, users, seconds }
  for (const bench of [openingBench, recordingBench]) {
    const sides = bench(options)
    const { name, limits } = sides
    const rows: TurnRates[] = []
    for (let turn = 0; turn < turns; turn += 1) rows.push(await measure(sides, turn))
    const ratios = (of: 'alone' | 'many') => median(rows.map((row) => row[of] / row.pgbench))
    table(
      [name, 'a second', 'ratio', 'at least'],
      [
        ['pgbench', median(rows.map((row) => row.pgbench)), 1, ''],
        ['each alone', median(rows.map((row) => row.alone)), ratios('alone'), limits.alone ?? ''],
        ['many in one', median(rows.map((row) => row.many)), ratios('many'), limits.many],
      ],
    )
  }
} finally {
  await database.drop()
}
