import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStore } from '../../../server/store/sqlite/store.ts'
import { describeStore } from '../contract/describe-store.ts'

describeStore('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reach-'))
  const path = join(folder, 'book.db')
  let store = createSqliteStore({ path })
  return {
    store,
    async restart() {
      await store.close()
      return (store = createSqliteStore({ path }))
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
})
