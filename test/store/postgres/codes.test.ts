import { describe, expect, it } from '@jest/globals'
import { keepMedia, sweepMedia } from '../../../server/store/operations/media.ts'
import type { Sql } from '../../../server/store/sql.ts'
import { dropCode, keepCode, openCode, queueCode } from '../../../server/store/operations/codes.ts'
import { appId, day, hashOf, nowMs } from '../builders.ts'
import { interleave } from './interleave.ts'
import { twoProcesses } from './two-processes.ts'

const two = twoProcesses()

const key = hashOf('a request')
const mine = (holder: string) => ({ appId, key, holder, counts: true, nowMs })
const scene = (letter: string) => ({ id: letter.repeat(22), payload: '{}' })
const opening = (holder: string) => ({
  ...mine(holder),
  leaseMs: 60_000,
  scene: scene(holder),
})
const open = (holder: string) => (sql: Sql) => openCode(sql, opening(holder))
const keep = (holder: string) => (sql: Sql) =>
  keepCode(sql, {
    ...mine(holder),
    image: { bytes: Buffer.from(holder), contentType: 'image/png' },
  })
const drop = (holder: string) => (sql: Sql) =>
  dropCode(sql, { ...mine(holder), was: 'not_made', exhausted: false, again: false })
const lasting = async () => (await two().first.countCodes(appId)).lasting

describe('one code that two processes request at once', () => {
  it('is made by one of them, and counted once', async () => {
    const [a, b] = await interleave(two().database, open('a'), open('b'))
    expect([a, b]).toEqual([{ was: 'opened', scene: scene('a').id }, { was: 'in_progress' }])
    expect(await lasting()).toBe(1)
    expect(await two().first.findScene(appId, scene('b').id)).toBeUndefined()
  })

  it('is made by the second when the first drops it', async () => {
    await two().first.openCode(opening('a'))
    const [, b] = await interleave(two().database, drop('a'), open('b'))
    expect(b).toEqual({ was: 'opened', scene: scene('b').id })
    expect(await lasting()).toBe(1)
  })

  it('keeps one image when a holder goes on after its lease', async () => {
    await two().first.openCode(opening('a'))
    await interleave(two().database, keep('a'), keep('b'))
    expect((await two().second.findCode(appId, key))?.bytes).toEqual(Buffer.from('a'))
  })

  it('is queued although another process deletes it at the same moment', async () => {
    await two().first.openCode(opening('a'))
    const request = { kind: 'path' as const, path: 'p' }
    const queue = (sql: Sql) => queueCode(sql, { appId, key, request, nowMs })
    const [, was] = await interleave(two().database, drop('a'), queue)
    expect(was).toBe('queued')
    expect(await two().first.findQueuedCodes(appId, 1)).toEqual([{ key, request }])
  })
})

describe('codes that two processes make', () => {
  it('are all counted', async () => {
    const stores = [two().first, two().second]
    const opened = Array.from({ length: 20 }, (_, n) =>
      stores[n % 2]!.openCode({ ...opening('a'), key: hashOf(`${n}`), scene: scene(`${n}`) }),
    )
    await Promise.all(opened)
    expect(await lasting()).toBe(20)
  })

  it('are queued again once the lease of a holder that ended is over', async () => {
    const request = { kind: 'path' as const, path: 'p' }
    await two().first.queueCode({ appId, key, request, nowMs })
    await two().first.openCode(opening('a'))
    expect(await two().second.findQueuedCodes(appId, 1)).toEqual([])
    await two().database.run('UPDATE wxa_codes SET due = due - 60000')
    expect(await two().second.findQueuedCodes(appId, 1)).toEqual([{ key, request }])
  })

  it('are no longer under way once their process ended and no one queued them', async () => {
    await two().first.openCode(opening('a'))
    expect(await two().second.sweep({ nowMs })).toBe(0)
    await two().database.run('UPDATE wxa_codes SET due = due - 7200000')
    expect(await two().second.sweep({ nowMs })).toBe(1)
    const opened = await two().second.openCode(opening('b'))
    expect(opened).toEqual({ was: 'opened', scene: scene('a').id })
    expect(await lasting()).toBe(2)
  })
})

describe('an image that is uploaded again', () => {
  it('is not deleted by a sweep at the same moment', async () => {
    const media = { appId, mediaId: 'M', type: 'jpg' as const, bytes: Buffer.from('x') }
    const kept = (ms: number) => ({ ...media, endsAtMs: ms + 3 * day, nowMs: ms })
    await two().first.keepMedia(kept(nowMs))
    const later = nowMs + 100 * day
    const [, gone] = await interleave(
      two().database,
      (sql) => keepMedia(sql, kept(later)),
      (sql) => sweepMedia(sql, { nowMs: later }),
    )
    expect(gone).toBe(0)
    expect(await two().first.findMediaBytes(appId, 'M')).toEqual(media.bytes)
  })
})
