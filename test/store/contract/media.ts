import { expect, it } from '@jest/globals'
import type { KeepMedia } from '../../../server/store/store.ts'
import { appId, day, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const bytes = Buffer.from('\xff\xd8\xff an image', 'latin1')
const media = (rest: Partial<KeepMedia> = {}): KeepMedia => ({
  appId,
  mediaId: 'MEDIA_ID',
  type: 'jpg',
  bytes,
  endsAtMs: nowMs + 3 * day,
  nowMs,
  ...rest,
})

export function mediaPromises(current: Current): void {
  it('finds an image by the id of its first upload, and returns that of the last', async () => {
    const { store } = current()
    await store.keepMedia(media())
    const row = { currentId: 'MEDIA_ID', endsAtMs: nowMs + 3 * day, type: 'jpg' }
    expect(await store.findMedia(appId, 'MEDIA_ID')).toEqual(row)
    const renewed = { currentId: 'MEDIA_ID_2', endsAtMs: nowMs + 9 * day, nowMs: nowMs + 6 * day }
    await store.renewMedia({ appId, mediaId: 'MEDIA_ID', ...renewed })
    const { nowMs: _, ...found } = renewed
    expect(await store.findMedia(appId, 'MEDIA_ID')).toEqual({ ...found, type: 'jpg' })
    expect(await store.findMedia(appId, 'MEDIA_ID_2')).toBeUndefined()
    expect(await store.findMediaBytes(appId, 'MEDIA_ID')).toEqual(bytes)
  })

  it('keeps the images of apps apart', async () => {
    const { store } = current()
    await store.keepMedia(media())
    expect(await store.findMedia('wx2', 'MEDIA_ID')).toBeUndefined()
    expect(await store.findMediaBytes('wx2', 'MEDIA_ID')).toBeUndefined()
  })

  it('deletes an image and its bytes 90 days after the last upload', async () => {
    const { store } = current()
    await store.keepMedia(media())
    await store.keepMedia(media({ mediaId: 'ANOTHER', nowMs: nowMs + day }))
    await store.sweep({ nowMs: nowMs + 90 * day })
    expect(await store.findMedia(appId, 'MEDIA_ID')).toBeDefined()
    await store.sweep({ nowMs: nowMs + 90 * day + 1 })
    expect(await store.findMedia(appId, 'MEDIA_ID')).toBeUndefined()
    expect(await store.findMediaBytes(appId, 'MEDIA_ID')).toBeUndefined()
    expect(await store.findMediaBytes(appId, 'ANOTHER')).toEqual(bytes)
  })
}
