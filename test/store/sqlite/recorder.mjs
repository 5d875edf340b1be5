// Records credits in the database of its first argument and says of each, on its own line, that it
// is durable.
import { writeSync } from 'node:fs'
import { createSqliteStore } from '../../../dist/server/store/sqlite/store.js'

const [, , path, groups, inGroup] = process.argv
const store = createSqliteStore({ path })
const nowMs = Date.now()

const record = (ref) =>
  store.recordCredit({
    appId: 'wx0000000000000001',
    openId: 'ada',
    nowMs,
    credit: { kind: 'form', ref, uses: 1, endsAtMs: nowMs + 1e9, usableUntilMs: nowMs + 1e9 },
  })

await store.ready()
writeSync(1, 'ready\n')
for (let group = 0; group < Number(groups); group++) {
  await Promise.all(Array.from({ length: Number(inGroup) }, (_, n) => record(`${group} ${n}`)))
  writeSync(1, `acknowledged ${group}\n`)
}
await store.close()
