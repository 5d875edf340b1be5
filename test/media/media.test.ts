import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMedia, type Media } from '../../server/media/media.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { Store } from '../../server/store/store.ts'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import type { UploadedMedia } from '../../server/wechat/media.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'

const app = { appId: 'wx1234567', secret: 'hush', edition: '2026' } as const
const minute = 60_000
const day = 24 * 60 * minute
const image = { bytes: Buffer.from('\xff\xd8\xff an image', 'latin1'), type: 'jpg' } as const

let world: FakeWorld
let store: Store
let media: Media
let uploads: (typeof image)[]
let refusal: AuthorizedReply<UploadedMedia> | undefined
beforeEach(() => {
  world = createFakeWorld()
  store = createSqliteStore({ path: ':memory:', world })
  uploads = []
  refusal = undefined
  media = createMedia({ store, world, wechatOf: () => ({ uploadMedia }) })
})
afterEach(() => store.close())

async function uploadMedia(given: object): Promise<AuthorizedReply<UploadedMedia>> {
  uploads.push(given as typeof image)
  if (refusal) return refusal
  const body = { mediaId: `MEDIA_${uploads.length}`, createdAtMs: world.clock.now() }
  return { result: 'answered', errcode: 0, errmsg: '', body }
}
const fresh = (mediaId = 'MEDIA_1') => media.freshMediaId(app.appId, mediaId)

describe('an image', () => {
  it('ends three days after WeChat took it', async () => {
    const expiresAtMs = world.clock.now() + 3 * day
    expect(await media.upload(app, image)).toEqual({ ok: true, mediaId: 'MEDIA_1', expiresAtMs })
  })

  it('keeps its id while WeChat has it', async () => {
    await media.upload(app, image)
    world.clock.advance(3 * day - 11 * minute)
    expect(await fresh()).toEqual({ ok: true, mediaId: 'MEDIA_1' })
    expect(uploads).toHaveLength(1)
  })

  it('is uploaded again a little before its end, every byte, and again after that', async () => {
    await media.upload(app, image)
    world.clock.advance(3 * day - 9 * minute)
    expect(await fresh()).toEqual({ ok: true, mediaId: 'MEDIA_2' })
    expect(uploads[1]).toEqual(image)
    expect(await fresh()).toEqual({ ok: true, mediaId: 'MEDIA_2' })
    world.clock.advance(30 * day)
    expect(await fresh()).toEqual({ ok: true, mediaId: 'MEDIA_3' })
  })

  it('is uploaded again once for all messages that need it at the same time', async () => {
    await media.upload(app, image)
    world.clock.advance(4 * day)
    const ids = await Promise.all(Array.from({ length: 10 }, () => fresh()))
    expect(new Set(ids.map((one) => one.ok && one.mediaId))).toEqual(new Set(['MEDIA_2']))
    expect(uploads).toHaveLength(2)
  })

  it('that was not uploaded here is left to WeChat', async () => {
    expect(await fresh('ANOTHER')).toEqual({ ok: true, mediaId: 'ANOTHER' })
    expect(uploads).toEqual([])
  })

  it('of another app is not ours', async () => {
    await media.upload(app, image)
    world.clock.advance(4 * day)
    const result = await media.freshMediaId('wx7654321', 'MEDIA_1')
    expect(result).toEqual({ ok: true, mediaId: 'MEDIA_1' })
  })

  it('that WeChat does not take is not stored', async () => {
    refusal = { result: 'answered', errcode: 40006, errmsg: '', body: undefined }
    expect(await media.upload(app, image)).toEqual({ ok: false, reply: refusal })
    refusal = undefined
    expect(await store.findMedia(app.appId, 'MEDIA_1')).toBeUndefined()
  })
})

describe('a message whose image cannot be uploaded again', () => {
  const cause = new Error('no connection')
  it.each([
    [
      'was not sent when the outcome of the upload is unknown',
      { result: 'unknown', cause },
      'not_sent',
    ],
    ['was not sent when WeChat cannot be reached', { result: 'not_sent', cause }, 'not_sent'],
    ['has no token', { result: 'no_token', call: 'send', errcode: 40001, errmsg: '' }, 'no_token'],
    ['is refused', { result: 'answered', errcode: 40006, errmsg: '', body: undefined }, 'answered'],
  ] as const)('%s', async (_, reply, result) => {
    await media.upload(app, image)
    world.clock.advance(4 * day)
    refusal = reply
    expect(await fresh()).toMatchObject({ ok: false, reply: { ...reply, result } })
    refusal = undefined
    expect(await fresh()).toMatchObject({ ok: true })
  })

  it.each([45009, 48001])('waits, and %d of the media suspends no channel', async (errcode) => {
    await media.upload(app, image)
    world.clock.advance(4 * day)
    refusal = { result: 'answered', errcode, errmsg: '', body: undefined }
    expect(await fresh()).toMatchObject({ ok: false, reply: { result: 'not_sent' } })
  })
})
