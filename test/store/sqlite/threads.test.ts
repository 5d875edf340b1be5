import { statSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { createSqliteStore } from '../../../server/store/sqlite/store.ts'
import { createWorkerCommitter } from '../../../server/store/sqlite/worker-committer.ts'
import { createWriter, type operations } from '../../../server/store/sqlite/writer.ts'
import { StoreUnavailableError } from '../../../server/store/store.ts'
import { appId, form, nowMs } from '../builders.ts'
import { temporaryPaths } from './folder.ts'

const newPath = temporaryPaths()
const credit = (n: number) => ({ appId, openId: 'ada', nowMs, credit: form(`f${n}`) })

describe('the thread that writes', () => {
  it('returns each caller their own result, however calls are grouped', async () => {
    const store = createSqliteStore({ path: newPath() })
    const results = await Promise.all([1, 2, 1, 3, 2].map((n) => store.recordCredit(credit(n))))
    expect(results).toEqual(['accepted', 'accepted', 'duplicate', 'accepted', 'duplicate'])
    await store.close()
  })

  it('returns the error of a call, and goes on', async () => {
    const store = createSqliteStore({ path: newPath() })
    const wrong = { ...credit(1), credit: { ...form('f1'), uses: -1 } }
    await expect(store.recordCredit(wrong)).rejects.toThrow('CHECK constraint failed')
    expect(await store.recordCredit(credit(1))).toBe('accepted')
    await store.close()
  })

  it('fails waiting and later calls as unavailable after it has ended', async () => {
    const nowhere = newPath().replace('book.db', 'no-such-folder/book.db')
    const writer = createWriter<typeof operations>(createWorkerCommitter(nowhere), () => 0)
    const ended = /thread that writes the database has ended: start the server anew/
    const waiting = writer.run('recordCredit', credit(1))
    await expect(waiting).rejects.toBeInstanceOf(StoreUnavailableError)
    await expect(writer.run('recordCredit', credit(2))).rejects.toThrow(ended)
    await writer.close()
  })
})

describe('the log of the database', () => {
  it('is checkpointed beside the writer, and begins anew under a constant load', async () => {
    const path = newPath()
    const store = createSqliteStore({ path })
    const bytes = Buffer.alloc(256 * 1024, 1)
    const images = 600
    for (let n = 0; n < images; n++) {
      const image = { appId, mediaId: `m${n}`, type: 'png', bytes } as const
      await store.keepMedia({ ...image, endsAtMs: nowMs, nowMs })
    }
    expect(statSync(`${path}-wal`).size).toBeLessThan(100_000_000)
    await store.close()
    expect(statSync(path).size).toBeGreaterThan(images * bytes.length)
    const again = createSqliteStore({ path })
    expect((await again.findMediaBytes(appId, `m${images - 1}`))?.length).toBe(bytes.length)
    await again.close()
  })
})
