/** What the free space of a SQLite file keeps of users who were erased: nothing. */
import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { endedMessages } from '../../../server/privacy/erasure.ts'
import { eraseStep, eraseUser } from '../../../server/store/operations/erase.ts'
import { ingest } from '../../../server/store/operations/events.ts'
import { lockUserOf } from '../../../server/store/operations/users.ts'
import { openWriter, pragma } from '../../../server/store/sqlite/database.ts'
import { migrate } from '../../../server/store/sqlite/migrate.ts'
import { createSql, runSteps } from '../../../server/store/sqlite/sql.ts'
import type { UserNumber } from '../../../server/store/store.ts'
import { createRandom } from '../../support/random.ts'
import { seedOf } from '../../support/seed.ts'
import { appId, day, nowMs } from '../builders.ts'
import { temporaryPaths } from './folder.ts'

const newPath = temporaryPaths()

const users = 10_000
const seed = seedOf('FREE_SPACE_SEED')

/** As long as the platform's, each with a mark to search for. */
const openIdOf = (n: number, random: ReturnType<typeof createRandom>) =>
  `o${String(random.below(10 ** 9)).padStart(9, '0')}-marked-${String(n).padStart(6, '0')}xyz`

it(`holds no openId of ${users} erased users (FREE_SPACE_SEED=${seed})`, () => {
  const path = newPath()
  const db = openWriter(path)
  db.exec('PRAGMA synchronous = OFF')
  migrate(db)
  const sql = createSql(db, { now: () => 0 })
  const random = createRandom(seed)
  const openIds = Array.from({ length: users }, (_, n) => openIdOf(n, random))
  const numbers: UserNumber[] = []
  /** Others come meanwhile, so that pages are full when counts grow. */
  const comeAgain = (user: UserNumber, times: number) =>
    runSteps(
      ingest(sql, {
        appId,
        user,
        nowMs: nowMs + random.below(3) * day,
        eventsPerDay: 2_000,
        events: Array.from({ length: times }, (_, n) => ({
          id: `event-${user}-${n}-${random.below(10 ** 9)}`,
          type: 'form.submitted',
          atMs: nowMs,
          raw: '{}',
          record: { type: 'credits', credits: [] },
        })),
      }),
    )

  db.exec('BEGIN')
  for (const openId of openIds) {
    numbers.push(runSteps(lockUserOf(sql, appId, openId)).user)
    comeAgain(random.pick(numbers), random.below(20) === 0 ? 130 : 2)
  }
  db.exec('COMMIT; BEGIN')
  for (const openId of openIds) {
    const user = runSteps(eraseUser(sql, { appId, openId, nowMs, ...endedMessages }))!
    let changed = 1
    while (changed > 0) changed = runSteps(eraseStep(sql, user))
  }
  db.exec('COMMIT')
  pragma(db, 'wal_checkpoint(TRUNCATE)')
  expect(readFileSync(`${path}-wal`)).toHaveLength(0)
  expect(
    readFileSync(path)
      .toString('latin1')
      .match(/-marked-\d+/g) ?? [],
  ).toEqual([])
  db.close()
})
