import { DatabaseSync } from '@photostructure/sqlite'
import { expect, it } from '@jest/globals'
import { createSqliteStore } from '../../../server/store/sqlite/store.ts'
import { openWriter } from '../../../server/store/sqlite/database.ts'
import { migrate, migrations } from '../../../server/store/sqlite/migrate.ts'
import { appId } from '../builders.ts'
import { temporaryPaths } from './folder.ts'

const newPath = temporaryPaths()

it('finds the users of a file of an earlier version, and nobody who was erased', async () => {
  const path = newPath()
  const db = openWriter(path)
  migrate(db, migrations.slice(0, 1))
  db.exec(`INSERT INTO apps (app, app_id) VALUES (1, '${appId}');
    INSERT INTO users (usr, app, open_id, day, events_of_day, below_minimum)
    VALUES (3, 1, 'ada', 20000, 7, true), (5, 1, NULL, 0, 0, false), (8, 1, NULL, 0, 0, false)`)
  db.close()

  const store = createSqliteStore({ path })
  expect(await store.findUser(appId, 'ada')).toBe(3)
  expect(await store.findUser(appId, 'bob')).toBeUndefined()
  const credit = {
    kind: 'payment',
    ref: 'p',
    uses: 3,
    endsAtMs: null,
    usableUntilMs: null,
  } as const
  await store.recordCredit({ appId, openId: 'bob', credit, nowMs: 0 })
  expect(await store.findUser(appId, 'bob')).toBe(9)
  await store.close()

  const shell = new DatabaseSync(path, { readOnly: true })
  const rows = shell.prepare('SELECT usr, open_id, below_minimum FROM users').all()
  expect(rows.map((row) => Object.values(row as object))).toEqual([
    [3, 'ada', 1],
    [5, null, 0],
    [8, null, 0],
    [9, 'bob', 0],
  ])
  shell.close()
})
