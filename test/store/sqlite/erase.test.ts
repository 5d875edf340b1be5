import { expect, it } from '@jest/globals'
import { fill } from '../../../bench/lists/fill.ts'
import { eraseStep } from '../../../server/store/operations/erase.ts'
import type { UserNumber } from '../../../server/store/store.ts'
import { inMemory, openWriter } from '../../../server/store/sqlite/database.ts'
import { migrate } from '../../../server/store/sqlite/migrate.ts'
import { createSql, runSteps } from '../../../server/store/sqlite/sql.ts'

it('a message that a late reply fills again is emptied again', () => {
  const db = openWriter(inMemory)
  migrate(db)
  for (const text of fill(100, 'SQLite')) db.exec(text)
  const { user } = db.prepare('SELECT usr AS user FROM messages').get() as { user: UserNumber }
  const sql = createSql(db, { now: () => 0 })
  db.exec(`INSERT INTO erasures (usr, at_ms) VALUES (${user}, 0)`)
  for (const reply of ['first', 'late']) {
    db.exec(`UPDATE messages SET platform_id = '${reply}' WHERE usr = ${user}`)
    expect(runSteps(eraseStep(sql, user))).toBeGreaterThan(0)
  }
  expect(runSteps(eraseStep(sql, user))).toBe(0)
  db.close()
})
